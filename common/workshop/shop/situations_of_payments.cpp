// Situations of payments: what arrives: how often, how much, how many.
#include <fmt/format.h>

#include <limits>
#include <set>
#include <string>

#include "workshop/shop/situation_kinds.hpp"
#include "workshop/shop/situation_trial.hpp"
#include "workshop/shop/troubled.hpp"

namespace workshop::shop::detail {

void an_order_appears(const BookingHandler& handler, Found& found) {
  if (!handler.orders_appear) return;
  for (const std::uint32_t count : {1U, 2U, 9U, 100U}) {
    Trial trial(handler,
                count == 1 ? std::string("a payment of an order that is not there yet")
                           : fmt::format("a payment of an order that is not there yet, delivered "
                                         "for the {} time",
                                         ordinal(count)),
                found);
    trial.pays("m1", "order-1", 2'000, count);
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

namespace {

void it_has_come(const BookingHandler& handler, std::uint32_t count, Found& found) {
  Trial trial(handler,
              fmt::format("a payment that is delivered for the {} time, and was never handled",
                          ordinal(count)),
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

// The sum is below zero, whatever is paid.
void more_was_paid_back(const BookingHandler& handler, Found& found) {
  if (!handler.adds_up) return;
  Trial trial(handler, "payments of an order of which more was paid back than paid", found);
  trial.has_order("order-1");
  trial.pays("m1", "order-1", -1'000'000);
  for (const int amount : {1, 100, 1'000}) {
    trial.pays(fmt::format("m-{}", amount), "order-1", amount);
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

void amount_is(const BookingHandler& handler, int amount, Found& found) {
  Trial trial(handler, fmt::format("a payment of {}", amount), found);
  trial.has_order("order-1");
  trial.pays("m1", "order-1", amount);
  if (handler.adds_up && amount <= std::numeric_limits<int>::max() / 2) {
    trial.pays("m2", "order-1", amount);
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

}  // namespace

void it_has_come_often(const BookingHandler& handler, Found& found) {
  for (const std::uint32_t count : {2U, 3U, 4U, 6U, 9U, 10U, 11U, 100U}) {
    it_has_come(handler, count, found);
  }
}

// Whoever takes a message out of the dead letters and sends it again, headers and all, wants it to
// be handled.
void it_was_a_dead_letter(const BookingHandler& handler, Found& found) {
  Trial trial(handler, "payments that a person has taken out of the dead letters and sent again",
              found);
  const std::string other = handler.adds_up ? "order-1" : "order-2";
  trial.has_order("order-1");
  if (!handler.adds_up) trial.has_order(other);
  trial.come_from_dead_letters();
  trial.pays("m1", "order-1", 1'000);
  trial.pays("m2", other, 100);
  trial.pays_all_again();
  trial.is_at_rest();
  for (int operation = 1; !trial.failed(); ++operation) {
    Trial after(handler,
                fmt::format("an attempt at a payment has died before its operation {}, and a "
                            "person has taken it out of the dead letters and sent it again",
                            operation),
                found);
    after.has_order("order-1");
    after.arrives("m1", "order-1", 1'000);
    auto death = Trouble::death(operation);
    if (!after.dies("m1", "order-1", 1'000, death)) return;
    after.come_from_dead_letters();
    after.pays("m1", "order-1", 1'000);
    after.is_at_rest();
    if (after.failed()) return;
  }
}

// Whoever decides by the number of a delivery may do so at any.
void it_has_come_any_number_of_times(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const auto count : delivery_counts()) {
    it_has_come(handler, count, found);
    if (found.size() > before) return;
  }
}

void amounts(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  for (const int amount : hard_amounts()) {
    if (amount == 0) continue;  // what is not paid is no payment
    amount_is(handler, amount, found);
    if (found.size() > before) return;
  }
}

void any_amount(const BookingHandler& handler, Found& found) {
  const auto before = found.size();
  more_was_paid_back(handler, found);
  for (const int amount : amounts_near_powers()) {
    amount_is(handler, amount, found);
    if (found.size() > before) return;
  }
  constexpr int kEach = 300;
  Trial trial(handler, fmt::format("payments of each amount from 1 to {}", kEach), found);
  for (int amount = 1; amount <= kEach; ++amount) {
    const auto order = handler.adds_up ? "order-1" : fmt::format("order-{}", amount);
    if (amount == 1 || !handler.adds_up) trial.has_order(order);
    trial.pays(fmt::format("m{}", amount), order, amount);
    if (trial.failed()) return;
  }
  trial.pays_all_again();
  trial.is_at_rest();
}

// Nobody is told of these payments, and they are booked like any others.
void nobody_is_told(const BookingHandler& handler, Found& found) {
  if (handler.silent_order.empty()) return;
  for (const std::uint32_t count : {1U, 2U, 3U, 6U, 9U, 11U, 100U}) {
    Trial trial(
        handler,
        fmt::format("a payment of which nobody is told, delivered for the {} time", ordinal(count)),
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
    if (!death.met()) break;
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
  // Where there are events, a save of what becomes of them would meet the conflict as well.
  for (int operation = 1;; ++operation) {
    Trial trial(handler,
                fmt::format("somebody else saves the order before operation {} of a payment of "
                            "which nobody is told",
                            operation),
                found);
    trial.nobody_is_told();
    trial.has_order("order-1", handler.silent_order);
    trial.arrives("m1", "order-1", 1'000);
    Trouble others(operation, {"another save", [&] { trial.somebody_saves("order-1"); },
                               /*times_max=*/1});
    if (trial.attempts("m1", "order-1", 1'000, others)) {
      trial.was_handled("m1", "order-1", 1'000);
    } else {
      trial.pays("m1", "order-1", 1'000, 2);
    }
    if (!others.met()) return;
    trial.pays_all_again();
    trial.is_at_rest();
    if (trial.failed()) return;
  }
}

void many_events_unsent(const BookingHandler& handler, Found& found) {
  if (!handler.left_unsent) return;
  // Many, or as many as a page holds, or several pages.
  const std::set<int> some = {3, 250};
  std::set<int> all = {1, 20, 25, 32, 50, 64, 128, 1'100};
  all.insert(some.begin(), some.end());
  all.insert(limits_of_counts().begin(), limits_of_counts().end() - 2);
  for (const int events_count : all) {
    for (const std::uint32_t count : {1U, 2U, 3U, 6U, 11U, 100U}) {
      if (count != 2 && !some.contains(events_count)) continue;
      Trial trial(handler,
                  fmt::format("a dead attempt has left {} events unsent, and the payment is "
                              "delivered for the {} time",
                              events_count, ordinal(count)),
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
  std::size_t bytes_of_some = 0;
  for (int number = 1; number <= count; ++number) {
    const int amount = number % 3 == 0 ? 100 : number % 50;  // on both sides of each threshold
    trial.pays(fmt::format("payment-{}-of-order-1", number), "order-1", amount + 1);
    if (number == 10) bytes_of_some = trial.largest().second;
    if (trial.failed()) return;
  }
  trial.has_not_grown(bytes_of_some);
  trial.pays_all_again();
  trial.is_at_rest();
}

// The sum passes each threshold of an event when there is much to be forgotten already.
void many_payments_of_one(const BookingHandler& handler, int count, Found& found) {
  if (!handler.adds_up || handler.event_types.empty()) return;
  Trial trial(handler, fmt::format("{} payments of 1 of one order, and all of them again", count),
              found);
  trial.has_order("order-1");
  for (int number = 1; number <= count; ++number) {
    trial.pays(fmt::format("payment-{}-of-order-1", number), "order-1", 1);
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

}  // namespace workshop::shop::detail
