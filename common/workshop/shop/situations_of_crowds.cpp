// Situations of payments: how much there is already. Whoever looks at the first or the last hundred
// of something, or thousand, is found out by more.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop::detail {
namespace {

std::vector<std::string> names(int count) {
  std::vector<std::string> names;
  for (int number = 1; number <= count; ++number) names.push_back(fmt::format("p{}", number));
  return names;
}

// The first, the last and one in the middle, by time and by the alphabet.
std::vector<std::string> some_of(std::vector<std::string> names) {
  std::vector<std::string> some = {names.front(), names[names.size() / 2], names.back()};
  std::ranges::sort(names);
  for (const auto& name : {names.front(), names[names.size() / 2], names.back()}) {
    if (std::ranges::find(some, name) == some.end()) some.push_back(name);
  }
  return some;
}

// Three more come when so many payments are handled, and then some of those come again.
void more_come(const BookingHandler& handler, int count, Found& found) {
  Trial trial(
      handler,
      fmt::format("{} payments of an order are handled, and three more come, then some of those "
                  "again",
                  count),
      found);
  const auto handled = names(count);
  trial.has("order-1", handler.left_handled("order-1", handled));
  for (const int number : {1, 2, 3}) trial.pays(fmt::format("new-{}", number), "order-1", 200);
  trial.pays_all_again();
  trial.is_at_rest();
  for (const auto& id : some_of(handled)) trial.comes_again(id, "order-1", 1);
}

// Payments that are booked, and an event of each that waits for its next attempt.
std::vector<std::pair<std::string, Message>> waiting_of(const std::vector<std::string>& ids) {
  std::vector<std::pair<std::string, Message>> waiting;
  for (const auto& id : ids) {
    waiting.emplace_back(id, make_message(PaymentBooked{"order-1", 1}, MessageId{"told-of-" + id}));
  }
  return waiting;
}

// One of those that wait comes again, for the n-th time.
void comes_again(const BookingHandler& handler, const std::string& id, std::uint32_t count,
                 Trial& trial) {
  trial.arrives(id, "order-1", 1);
  trial.comes_again(id, "order-1", 1, count);
  if (handler.events_of("order-1", 1, 0).empty()) return;  // it earns none
  trial.is_told_of({"PaymentBooked", to_json(PaymentBooked{"order-1", 1})});
}

// So many wait, and another payment comes, then some of those again: the rest waits on.
void others_wait(const BookingHandler& handler, int count, Found& found) {
  Trial trial(handler,
              fmt::format("{} payments of an order are booked and not told of yet, and another one "
                          "comes, then some of those again",
                          count),
              found);
  trial.has("order-1", handler.left_waiting("order-1", waiting_of(names(count))));
  auto there = trial.stored();
  trial.pays("m1", "order-1", 200);
  for (const auto& id : some_of(names(count))) {
    there.erase("order-1 " + id);
    there.erase("order-1 told-of-" + id);
    comes_again(handler, id, 2, trial);
  }
  trial.is_paid_and_told();
  trial.still_has(there);
  trial.has_left_nothing_beside();
}

// Some wait, and another payment comes for the n-th time, then all of those: nothing is left.
void some_wait(const BookingHandler& handler, std::uint32_t count, Found& found) {
  constexpr int kSome = 5;
  Trial trial(handler,
              fmt::format("{} payments of an order are booked and not told of yet, and another one "
                          "is delivered for the {} time, then all of those",
                          kSome, ordinal(count)),
              found);
  trial.has("order-1", handler.left_waiting("order-1", waiting_of(names(kSome))));
  trial.pays("m1", "order-1", 200, count);
  for (const auto& id : names(kSome)) comes_again(handler, id, count, trial);
  trial.is_at_rest();
}

// As many of them as a document can hold.
void others_wait(const BookingHandler& handler, Found& found) {
  for (int count = kMoreThanAnybodyCounts; count > 0; count /= 2) {
    try {
      others_wait(handler, count, found);
      return;
    } catch (const EntityTooLarge&) {
    }
  }
}

// So many attempts at a payment have begun and died; then another one dies before this operation,
// 0: none does. Whether there was such an operation.
bool begun_before(const BookingHandler& handler, int count, int operation, Found& found) {
  auto situation = fmt::format("{} attempts at a payment have begun and died", count);
  if (operation > 0) situation += fmt::format(", the next one before its operation {}", operation);
  Trial trial(handler, std::move(situation), found);
  trial.arrives("m1", "order-1", 1'000);
  trial.has_begun("m1", "order-1", 1'000, handler.left_begun("order-1", {{"m1", 1'000, count}}));
  auto death = Trouble::death(operation);
  if (operation > 0 && !trial.dies("m1", "order-1", 1'000, death)) return false;
  trial.pays("m1", "order-1", 1'000, 2);
  trial.is_at_rest();
  return true;
}

// What attempts at so many others have left that had begun is theirs.
void others_have_begun(const BookingHandler& handler, int count, Found& found) {
  Trial trial(handler,
              fmt::format("attempts at {} payments of an order have begun and died, and another "
                          "one comes",
                          count),
              found);
  std::vector<BegunPayment> begun;
  for (const auto& id : names(count)) begun.push_back({id, 1, 1});
  trial.has("order-1", handler.left_begun("order-1", begun));
  const auto there = trial.stored();
  const auto before = trial.documents();
  trial.pays("m1", "order-1", 1'000);
  trial.is_paid_and_told();
  trial.still_has(there);
  trial.has_left_nothing_beside(before);
}

}  // namespace

void much_is_there(const BookingHandler& handler, Found& found) {
  if (handler.left_handled) {
    const auto before = found.size();
    for (const int limit : limits_of_counts()) {
      more_come(handler, limit - 1, found);
      if (found.size() > before) break;
    }
  }
  if (handler.left_waiting) {
    for (const std::uint32_t count : {1U, 2U, 3U, 6U, 11U, 100U}) some_wait(handler, count, found);
    others_wait(handler, found);
  }
  if (!handler.left_begun) return;
  others_have_begun(handler, 1'100, found);
  for (const int count : {10, 25, 64, 100, 128, kMoreThanAnybodyCounts}) {
    begun_before(handler, count, 0, found);
  }
  for (int operation = 1; begun_before(handler, 300, operation, found); ++operation) {
    if (operation == 15) return;
  }
}

}  // namespace workshop::shop::detail
