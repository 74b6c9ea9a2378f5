// What looks at the first or the last of many is found by more than it looks at.
#include <algorithm>
#include <boost/describe.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "declared.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/try_save.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

struct Pad {
  int paid = 0;
  std::vector<std::string> processed;
  std::map<std::string, std::vector<std::string>> registered;
  std::map<std::string, Message> unsent;
};
BOOST_DESCRIBE_STRUCT(Pad, (), (paid, processed, registered, unsent))

struct Slip {
  std::string of;
};
BOOST_DESCRIBE_STRUCT(Slip, (), (of))

enum class Wrong {
  nothing,
  knows_the_last,
  forgets_all_at_once,
  removes_the_last,
  removes_the_first,
  keeps_the_registered_of_few,
  keeps_the_unsent_of_few,
  leaves_its_own_beside_others
};

constexpr std::size_t kFew = 4'096;

Task<void> remove_slips(const std::vector<std::string>& slips, Wrong wrong,
                        HandlerContext& context) {
  std::size_t begin = 0;
  std::size_t end = slips.size();
  if (wrong == Wrong::removes_the_last && end > kFew) begin = end - kFew;
  if (wrong == Wrong::removes_the_first) end = std::min(end, kFew);
  for (auto i = begin; i < end; ++i) {
    co_await context.store().documents().erase(EntityStore::key_of<Slip>(slips[i]),
                                               Expected::any());
  }
}

// A handler that registers a slip, and removes those of all attempts, with one planted bug.
template <Wrong kWrong>
Task<void> handle_with_slips(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto pad = co_await context.store().load<Pad>(command.order_id);
  auto& [paid, processed, registered, unsent] = pad.value;
  auto known_from = processed.begin();
  if (kWrong == Wrong::knows_the_last && processed.size() > kFew)
    known_from = processed.end() - kFew;
  if (std::find(known_from, processed.end(), id) == processed.end()) {
    const auto slip = MessageId::random().value;
    registered[id].push_back(slip);
    co_await context.store().save(pad);
    co_await context.store().documents().put(EntityStore::key_of<Slip>(slip), to_json(Slip{id}),
                                             Expected::any());
    if (kWrong == Wrong::forgets_all_at_once && processed.size() == kFew) processed.clear();
    processed.push_back(id);
    paid += command.amount;
    unsent.emplace(id, context.make(PaymentBooked{command.order_id, command.amount},
                                    MessageId::from_name(id + "/" + command.order_id)));
    if (!co_await try_save(pad, context)) {
      co_await context.store().documents().erase(EntityStore::key_of<Slip>(slip), Expected::any());
      throw VersionConflict("somebody else was quicker");
    }
  }
  co_await remove_slips(registered[id], kWrong, context);
  registered.erase(id);
  if (unsent.contains(id)) co_await context.publish(unsent.at(id));
  if (kWrong == Wrong::leaves_its_own_beside_others && unsent.size() > 1 &&
      context.delivery().delivery_count > 5) {
    co_return;
  }
  unsent.erase(id);
  if (kWrong == Wrong::keeps_the_registered_of_few && registered.size() > 1'000) registered.clear();
  if (kWrong == Wrong::keeps_the_unsent_of_few && unsent.size() > kFew) {
    unsent.erase(unsent.begin());
  }
  co_await context.store().save(pad);
}

StoredDocuments slips_of(const std::string& order, const std::vector<BegunPayment>& begun) {
  Pad pad;
  StoredDocuments documents;
  for (const auto& [id, amount, attempts_count] : begun) {
    for (int attempt = 1; attempt <= attempts_count; ++attempt) {
      const auto slip = id + "-" + std::to_string(attempt);
      pad.registered[id].push_back(slip);
      documents.emplace_back(EntityStore::key_of<Slip>(slip), to_json(Slip{id}));
    }
  }
  documents.emplace_back(EntityStore::key_of<Pad>(order), to_json(pad));
  return documents;
}

template <Wrong kWrong>
BookingHandler with_slips() {
  auto handler = declared<Pad>(&handle_with_slips<kWrong>);
  handler.left_handled = [](const std::string& order, const std::vector<std::string>& ids) {
    const Pad pad{static_cast<int>(ids.size()), ids, {}, {}};
    return StoredDocuments{{EntityStore::key_of<Pad>(order), to_json(pad)}};
  };
  handler.left_waiting = [](const std::string& order,
                            const std::vector<std::pair<std::string, Message>>& waiting) {
    Pad pad{static_cast<int>(waiting.size()), {}, {}, {waiting.begin(), waiting.end()}};
    for (const auto& [id, message] : waiting) pad.processed.push_back(id);
    return StoredDocuments{{EntityStore::key_of<Pad>(order), to_json(pad)}};
  };
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Pad>()) return std::nullopt;
    if (from_json<Pad>(document.body).unsent.empty()) return std::nullopt;
    return "unsent events";
  };
  handler.left_begun = slips_of;
  handler.left_beside = [](const std::vector<Document>& documents,
                           const std::vector<Message>&) -> std::optional<std::string> {
    for (const auto& document : documents) {
      if (document.key.id == type_name<Slip>()) return "the slip " + document.key.partition;
    }
    return std::nullopt;
  };
  return handler;
}

// The first situation of many in which it does wrong.
template <Wrong kWrong>
std::string found() {
  shop::detail::Found found;
  shop::detail::much_is_there(with_slips<kWrong>(), found);
  return found.empty() ? "none" : found.front().situation;
}

}  // namespace

TEST_CASE("however much there is, a right handler is right") {
  CHECK(describe(failures_of(with_slips<Wrong::nothing>())).empty());
}

TEST_CASE("what looks at thousands of many is found") {
  CHECK(found<Wrong::knows_the_last>().starts_with("4095 payments of an order are handled"));
  CHECK(found<Wrong::forgets_all_at_once>().starts_with("4095 payments of an order are "));
  for (const auto& situation :
       {found<Wrong::removes_the_last>(), found<Wrong::removes_the_first>()}) {
    CHECK(situation.starts_with("5000 attempts at a payment have begun and died"));
  }
  CHECK(found<Wrong::leaves_its_own_beside_others>().find("for the 6th time, then all of those") !=
        std::string::npos);
  CHECK(found<Wrong::keeps_the_registered_of_few>().starts_with("attempts at 1100 payments"));
  CHECK(found<Wrong::keeps_the_unsent_of_few>().starts_with("5000 payments of an order are "));
}
