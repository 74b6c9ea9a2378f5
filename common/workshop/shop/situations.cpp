#include "workshop/shop/situations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/core/error.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop {
namespace {

using detail::shown;
using detail::Trial;

using Found = std::vector<SituationFailure>;

void an_order_appears(const BookingHandler& handler, Found& found) {
  if (!handler.orders_appear) return;
  for (const std::uint32_t count : {1U, 2U, 9U, 100U}) {
    Trial trial(handler,
                count == 1 ? std::string("a payment of an order that is not there yet")
                           : fmt::format("a payment of an order that is not there yet, delivered "
                                         "for the {}th time",
                                         count),
                found);
    trial.pays("m1", "order-1", 2'000, count);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void it_has_come_often(const BookingHandler& handler, Found& found) {
  for (const std::uint32_t count : {2U, 3U, 4U, 6U, 9U, 10U, 11U, 100U}) {
    Trial trial(
        handler,
        fmt::format("a payment that is delivered for the {}th time, and was never handled", count),
        found);
    const std::string other = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(other);
    trial.pays("m1", "order-1", 10, count);
    trial.pays("m2", other, 1'000, count);
    trial.is_at_rest();
    trial.pays_all_again(1);  // put back from the dead letters, it is counted from 1 again
    trial.is_at_rest();
  }
}

void orders_look_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    Trial trial(handler, fmt::format("payments of the orders {} and {}", shown(one), shown(other)),
                found);
    trial.has_order(one);
    trial.has_order(other);
    trial.pays("m1", one, 100);
    trial.pays_all_again();  // before the other one is there, which it could be taken for
    trial.pays("m2", other, 1'000);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void ids_look_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    Trial trial(
        handler,
        fmt::format("payments in messages with the ids {} and {}", shown(one), shown(other)),
        found);
    const std::string second = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(second);
    trial.pays(one, "order-1", 100);
    trial.pays_all_again();
    trial.pays(other, second, 1'000);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// A message that causes several payments is the cause of each, and of none the name.
void one_message_causes_payments(const BookingHandler& handler, Found& found) {
  Trial trial(handler, "two payments that one message has caused", found);
  const std::string second = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(second);
  trial.caused_by("m0");
  trial.pays("m1", "order-1", 1'000);
  trial.pays("m2", second, 100);
  trial.pays_all_again();
  trial.is_at_rest();
}

// Whatever name a handler has made of another one, that name may come as well.
void names_that_the_handler_has_made(const BookingHandler& handler, Found& found) {
  Trial first(handler, "", found);
  first.has_order("order-1");
  first.pays("m1", "order-1", 1'000);
  for (const auto& name : first.texts()) {
    if (name.empty() || name == "m1" || name == "order-1") continue;
    Trial trial(handler, fmt::format("a name that the handler makes itself: {}", shown(name)),
                found);
    const std::string second = handler.adds_up ? "order-1" : "order-2";
    trial.has_order("order-1");
    if (!handler.adds_up) trial.has_order(second);
    trial.has_order(name);
    trial.pays("m1", "order-1", 1'000);
    trial.pays(name, second, 100);
    trial.pays("m2", name, 200);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void amounts(const BookingHandler& handler, Found& found) {
  for (const int amount : hard_amounts()) {
    if (amount == 0) continue;  // what is not paid is no payment
    Trial trial(handler, fmt::format("a payment of {}", amount), found);
    trial.has_order("order-1");
    trial.pays("m1", "order-1", amount);
    if (handler.adds_up) trial.pays("m2", "order-1", amount);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// Each operation of a payment fails in this way, which `fails` puts into words, and does nothing:
// the handler lets the error out, or does all the same.
void each_operation_fails(const BookingHandler& handler, const ErrorKind& kind,
                          const std::string& fails, Found& found) {
  for (int operation = 1;; ++operation) {
    Trouble trouble(operation, kind);
    Trial trial(handler, fmt::format("operation {} of a payment fails {}", operation, fails),
                found);
    trial.has_order("order-1");
    trial.pays_in_trouble("m1", "order-1", 1'000, trouble);
    if (!trouble.met()) return;
    trial.is_at_rest();
    trial.pays_all_again(3);
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void errors_of_every_kind(const BookingHandler& handler, Found& found) {
  for (const auto& kind : every_error()) {
    const auto before = found.size();
    each_operation_fails(handler, once(kind), "with " + kind.name + " once, and does nothing",
                         found);
    each_operation_fails(handler, kind,
                         "with " + kind.name + ", however often it is tried, and does nothing",
                         found);
    if (found.size() > before) return;
  }
}

// Whoever counts how often somebody was faster is found out by one who is faster once more.
void others_are_faster(const BookingHandler& handler, Found& found) {
  constexpr int kTimes = 12;
  for (int times = 1; times <= kTimes; ++times) {
    const auto before = found.size();
    each_operation_fails(
        handler, {"VersionConflict", [] { throw VersionConflict("somebody was faster"); }, times},
        fmt::format("{} times because somebody was faster", times), found);
    if (found.size() > before) return;
  }
}

// What an attempt has left that died belongs to its payment, whatever others are called.
void one_died_that_looks_alike(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    for (int operation = 1;; ++operation) {
      auto death = Trouble::death(operation);
      Trial trial(handler,
                  fmt::format("an attempt at {} dies before its operation {}, then {} is paid",
                              shown(one), operation, shown(other)),
                  found);
      const std::string second = handler.adds_up ? "order-1" : "order-2";
      trial.has_order("order-1");
      if (!handler.adds_up) trial.has_order(second);
      trial.pays_in_trouble(one, "order-1", 101, death, {other, second, 1'000});
      if (!death.met()) break;
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

// Another payment is handled in the middle of an attempt, from its first operation to its last.
void another_that_looks_alike_comes_between(const BookingHandler& handler, Found& found) {
  for (const auto& [one, other] : hard_names()) {
    for (int operation = 1;; ++operation) {
      Trial trial(
          handler,
          fmt::format("{} is paid in the middle of an attempt at {}, before its operation {}",
                      shown(other), shown(one), operation),
          found);
      const std::string second = handler.adds_up ? "order-1" : "order-2";
      trial.has_order("order-1");
      if (!handler.adds_up) trial.has_order(second);
      Trouble between(operation, {"another payment", [&] { trial.pays(other, second, 1'000); },
                                  /*times_max=*/1});
      trial.pays_in_trouble(one, "order-1", 101, between);
      if (!between.met()) break;
      trial.pays_all_again();
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

// Whether an attempt came to its end before the operation at which something was to happen.
struct Ended {
  bool one = false;
  bool other = false;
};

// An attempt at `one` has died somewhere, or none has, and `other` is under way, or has died too,
// when `one` comes again: whoever handles it takes nothing of what belongs to the other.
Ended both_are_under_way(const BookingHandler& handler, const std::string& one, int died,
                         const std::string& other, int reached, bool other_dies, Found& found) {
  Trial trial(
      handler,
      fmt::format("an attempt at {} dies before its operation {}, {} {} before its operation {}, "
                  "and {} comes again",
                  shown(one), died, shown(other), other_dies ? "dies" : "is", reached, shown(one)),
      found);
  const std::string second = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(second);
  trial.arrives(one, "order-1", 101);
  trial.arrives(other, second, 1'000);
  auto death = Trouble::death(died);
  const bool ended = !trial.dies(one, "order-1", 101, death);
  if (other_dies) {
    auto its_death = Trouble::death(reached);
    if (!trial.dies(other, second, 1'000, its_death)) return {ended, true};
    trial.pays(one, "order-1", 101, 2);
    trial.all_come_again();
    trial.pays(other, second, 1'000, 2);
  } else {
    Trouble between(reached, {"", [&] { trial.pays(one, "order-1", 101, 2); }, /*times_max=*/1});
    trial.pays_in_trouble(other, second, 1'000, between);
    if (!between.met()) return {ended, true};
  }
  trial.pays_all_again();
  trial.is_at_rest();
  return {ended, false};
}

void one_in_the_other_is_under_way(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const auto& [one, other] : names_within_names()) {
    for (const bool other_dies : {true, false}) {
      Ended ended;
      for (int died = 1; !ended.one; ++died) {
        ended.other = false;
        for (int reached = 1; !ended.other; ++reached) {
          ended = both_are_under_way(handler, one, died, other, reached, other_dies, found);
          if (found.size() > before) return;
        }
      }
    }
  }
}

// So many attempts die at an operation where each leaves something more, and so many elsewhere.
constexpr int kManyAttempts = 110;
constexpr int kSomeAttempts = 12;

// However many attempts at a payment have died at the same operation, the next one handles it, and
// nothing is left of them.
void many_attempts_died(const BookingHandler& handler, Found& found) {
  for (int operation = 1;; ++operation) {
    Trial trial(
        handler,
        fmt::format("many attempts at a payment die, each before its operation {}", operation),
        found);
    trial.has_order("order-1");
    trial.arrives("m1", "order-1", 1'000);
    std::size_t left_by_one = 0;
    int most = kSomeAttempts;
    for (int count = 1; count <= most; ++count) {
      auto death = Trouble::death(operation);
      if (!trial.dies("m1", "order-1", 1'000, death) && count == 1) return;
      if (count == 1) left_by_one = trial.bytes_stored();
      if (count == 2 && trial.bytes_stored() > left_by_one) most = kManyAttempts;
    }
    trial.pays("m1", "order-1", 1'000);
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// Two attempts at one payment: the second one comes before operation `reached` of the first one,
// and dies before its operation `dies_at`; 0: it handles the payment, which does not come again.
Ended two_attempts(const BookingHandler& handler, std::uint32_t count, int reached, int dies_at,
                   Found& found) {
  const auto end = dies_at == 0 ? std::string("comes to its end")
                                : fmt::format("dies before its operation {}", dies_at);
  Trial trial(handler,
              fmt::format("before operation {} of an attempt at a payment another one comes, at "
                          "delivery {}, and {}",
                          reached, count, end),
              found);
  trial.has_order("order-1");
  trial.arrives("m1", "order-1", 1'000);
  constexpr int kNever = 1'000'000;
  auto death = Trouble::death(dies_at == 0 ? kNever : dies_at);
  bool handled = false;
  Trouble between(reached, {"another attempt",
                            [&] { handled = trial.attempts("m1", "order-1", 1'000, death, count); },
                            /*times_max=*/1});
  trial.attempts("m1", "order-1", 1'000, between);
  if (!between.met()) return {true, true};
  if (dies_at > 0 && !death.met()) return {false, true};
  if (handled) {
    trial.was_handled("m1", "order-1", 1'000);
  } else {
    trial.pays("m1", "order-1", 1'000, count + 1);
  }
  trial.is_at_rest();
  trial.pays_all_again();
  trial.is_at_rest();
  return {false, false};
}

void another_attempt_comes_between(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const std::uint32_t count : {1U, 2U, 12U}) {
    Ended ended;
    for (int reached = 1; !ended.one; ++reached) {
      ended.other = false;
      for (int dies_at = 0; !ended.other; ++dies_at) {
        ended = two_attempts(handler, count, reached, dies_at, found);
        if (found.size() > before) return;
      }
    }
  }
}

// Nobody is told of these payments, and they are booked like any others.
void nobody_is_told(const BookingHandler& handler, Found& found) {
  if (handler.silent_order.empty()) return;
  for (const std::uint32_t count : {1U, 2U, 3U, 6U, 9U, 11U, 100U}) {
    Trial trial(
        handler,
        fmt::format("a payment of which nobody is told, delivered for the {}th time", count),
        found);
    trial.nobody_is_told();
    trial.has_order("order-1", handler.silent_order);
    trial.pays("m1", "order-1", 1'000, count);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
  for (int operation = 1;; ++operation) {
    auto death = Trouble::death(operation);
    Trial trial(handler,
                fmt::format("an attempt at a payment of which nobody is told dies before its "
                            "operation {}, then another is paid",
                            operation),
                found);
    trial.nobody_is_told();
    trial.has_order("order-1", handler.silent_order);
    trial.pays_in_trouble("m1", "order-1", 101, death, {"m2", "order-1", 1'000});
    if (!death.met()) return;
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

// However many payments of an order have attempts that died, none takes anything from another.
void attempts_at_many_payments_died(const BookingHandler& handler, Found& found) {
  if (!handler.adds_up) return;
  constexpr int kPayments = 60;
  for (int operation = 1;; ++operation) {
    Trial trial(handler,
                fmt::format("attempts at {} payments of an order die, each before its operation {}",
                            kPayments, operation),
                found);
    trial.has_order("order-1");
    for (int number = 1; number <= kPayments; ++number) {
      auto death = Trouble::death(operation);
      const auto id = fmt::format("m{}", number);
      trial.arrives(id, "order-1", 150 + number);
      if (!trial.dies(id, "order-1", 150 + number, death) && number == 1) return;
    }
    for (int number = 1; number <= kPayments; ++number) {
      trial.pays(fmt::format("m{}", number), "order-1", 150 + number);
    }
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void many_events_unsent(const BookingHandler& handler, Found& found) {
  if (!handler.left_unsent) return;
  for (const int events_count : {3, 250}) {
    for (const std::uint32_t count : {1U, 2U, 3U, 6U, 11U, 100U}) {
      Trial trial(handler,
                  fmt::format("a dead attempt has left {} events unsent, and the payment is "
                              "delivered for the {}th time",
                              events_count, count),
                  found);
      trial.left_unsent("m1", "order-1", 101, events_count, count);
      trial.is_at_rest();
      if (trial.failed()) return;
    }
  }
}

void many_payments(const BookingHandler& handler, int count, Found& found) {
  if (!handler.adds_up) return;
  Trial trial(handler, fmt::format("{} payments of one order, and all of them again", count),
              found);
  trial.has_order("order-1");
  for (int number = 1; number <= count; ++number) {
    const int amount = number % 3 == 0 ? 100 : number % 50;  // on both sides of each threshold
    trial.pays(fmt::format("payment-{}-of-order-1", number), "order-1", amount + 1);
    if (trial.failed()) return;
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

void many_orders(const BookingHandler& handler, int count, Found& found) {
  Trial trial(handler, fmt::format("payments of {} orders, and all of them again", count), found);
  for (int number = 1; number <= count; ++number) {
    const auto order = fmt::format("order-{}", number);
    trial.has_order(order);
    trial.pays(fmt::format("payment-of-{}", order), order, number);
    if (trial.failed()) return;
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

}  // namespace

Message BookingHandler::message_of(const std::string& id, const std::string& order,
                                   int amount) const {
  if (message) return message(id, order, amount);
  return make_message(BookPayment{order, amount}, MessageId{id});
}

std::vector<ExpectedEvent> BookingHandler::events_of(const std::string& order, int amount,
                                                     int paid_before) const {
  if (events) return events(order, amount, paid_before);
  return {{std::string(type_name<PaymentBooked>()), to_json(PaymentBooked{order, amount})}};
}

std::vector<SituationFailure> everyday_situations(const BookingHandler& handler) {
  Found found;
  it_has_come_often(handler, found);
  an_order_appears(handler, found);
  orders_look_alike(handler, found);
  ids_look_alike(handler, found);
  one_message_causes_payments(handler, found);
  nobody_is_told(handler, found);
  names_that_the_handler_has_made(handler, found);
  amounts(handler, found);
  many_payments(handler, 120, found);
  return found;
}

std::vector<SituationFailure> large_situations(const BookingHandler& handler) {
  Found found;
  errors_of_every_kind(handler, found);
  others_are_faster(handler, found);
  one_died_that_looks_alike(handler, found);
  another_that_looks_alike_comes_between(handler, found);
  one_in_the_other_is_under_way(handler, found);
  another_attempt_comes_between(handler, found);
  many_attempts_died(handler, found);
  attempts_at_many_payments_died(handler, found);
  many_events_unsent(handler, found);
  many_payments(handler, 1'200, found);
  many_orders(handler, 1'200, found);
  return found;
}

std::string describe(const std::vector<SituationFailure>& failures) {
  if (failures.empty()) return "";
  const auto& first = failures.front();
  return fmt::format("the situation: {}\n  expected: {}\n  got:      {}", first.situation,
                     first.expected, first.got);
}

}  // namespace workshop::shop
