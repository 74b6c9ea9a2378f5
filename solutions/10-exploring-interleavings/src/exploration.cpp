#include "exploration.hpp"

namespace workshop::shop {
namespace {

/// Payments of 1 and 10 coins: the last digit of `paid` counts the one, those before it the other.
int times_booked(const StoreView& shop, const BookPayment& payment) {
  const int times = shop.entity<Order>(payment.order_id)->paid / payment.amount;
  return payment.amount == 1 ? times % 10 : times;
}

std::optional<std::string> unpublished_events(const Order& order) {
  if (order.outbox.empty()) return std::nullopt;
  return "events of " + order.outbox.begin()->first + " in an outbox";
}

/// Two payments of one order, two handlers, and all that can be seen of the five promises.
explore::Scenario payments(PaymentsHandler handler) {
  auto shop = gift_shop("payments").handles<BookPayment>(handler).with("order-1", Order{});

  shop.deliver(BookPayment{"order-1", 1}, to_handlers(2));
  shop.deliver(BookPayment{"order-1", 10}, to_handlers(2));
  shop.effect<BookPayment>("booked", times_booked);
  shop.emits<PaymentBooked, BookPayment>();
  shop.emits<ReceiptIssued, BookPayment>();
  shop.leftover<Order>(unpublished_events);

  shop.scenario().expectations.invariants = {exactly_one_effect,   no_ghost_message,
                                             no_lost_message,      consistent_output,
                                             no_premature_message, no_garbage};
  shop.with_faults({Fault::crash, Fault::duplicate}).up_to(1, 1);
  return shop.scenario();
}

}  // namespace

Verdict explore_payments(PaymentsHandler handler) {
  return explore::explore_in_test(payments(handler));
}

Finding replay(PaymentsHandler handler, const std::string& schedule) {
  const auto trace = explore::follow(payments(handler), explore::Schedule::parse(schedule));
  Finding finding;
  finding.left_schedule = trace.left_schedule;
  if (!trace.violation) return finding;
  finding.broken = trace.violation->name;
  for (const auto& step : trace.steps) {
    if (!step.deciding) continue;
    finding.handler = trace.processes[step.process];
    finding.step = step.text();
  }
  return finding;
}

}  // namespace workshop::shop
