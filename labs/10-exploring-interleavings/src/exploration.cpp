#include "exploration.hpp"

namespace workshop::shop {
namespace {

/// What must hold at rest: the books are right.
std::optional<Violation> wrong_books(const StoreView& shop) {
  const auto paid = shop.entity<Order>("order-1")->paid;
  if (paid == 1) return std::nullopt;
  return Violation{"wrong books", "order-1 has paid 1", "order-1 has paid " + std::to_string(paid)};
}

/// How often a payment is booked, if the payments are of 1 and 10 coins: the last digit of `paid`
/// counts the one, and the digits before it the other. For `effect`.
[[maybe_unused]] int times_booked(const StoreView& shop, const BookPayment& payment) {
  const int times = shop.entity<Order>(payment.order_id)->paid / payment.amount;
  return payment.amount == 1 ? times % 10 : times;
}

/// What an order has left over, if anything. For `leftover`.
[[maybe_unused]] std::optional<std::string> unpublished_events(const Order& order) {
  if (order.outbox.empty()) return std::nullopt;
  return "events of " + order.outbox.begin()->first + " in an outbox";
}

/// The shop's test: send a payment, wait until all is quiet, look at the books.
explore::Scenario payments(PaymentsHandler handler) {
  auto shop = gift_shop("payments").handles<BookPayment>(handler).with("order-1", Order{});

  // TODO(step 1): state what arrives and who handles it, and what can be seen of each promise.
  shop.deliver(BookPayment{"order-1", 1}, to_handlers(1));
  shop.at_rest(wrong_books);

  // TODO(step 1): state which invariants must hold (explore/invariant.hpp has them all) …
  shop.scenario().expectations.invariants = {};
  // TODO(step 1): … and how many faults and preemptions there may be in one execution.
  shop.up_to(0, 0);
  return shop.scenario();
}

}  // namespace

Verdict explore_payments(PaymentsHandler handler) {
  return explore::explore_in_test(payments(handler));
}

// TODO(step 2): read the schedule (explore/schedule.hpp), follow it (explore/trace.hpp), and return
//   what its trace shows.
Finding replay([[maybe_unused]] PaymentsHandler handler,
               [[maybe_unused]] const std::string& schedule) {
  return {};
}

}  // namespace workshop::shop
