// mistake: the cancelled amounts are counted and subtracted
// why: booked minus cancelled is what is left, in whichever order one adds it up
// ask: The customer and the bank cancel the same payment. How often is it subtracted? And what
//   is paid when the cancellation is there before the booking?
// caught by: a payment that is cancelled twice is cancelled once
// as: assertion

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.cart_id);
  if (order.exists()) co_return;

  order.value.customer = command.customer;
  co_await context.store().save(order);
}

Task<void> add_gift(const AddGift& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  order.value.lines[command.gift] = Line{command.gift, command.count};
  co_await context.store().save(order);
}

Task<void> book(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto& message = context.message();

  order.value.facts[message.id.value] =
      Fact{.amount = command.amount, .sent_at = std::string(message.header(kSentAt))};
  co_await context.store().save(order);
}

Task<void> cancel(const CancelPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  order.value.facts[context.message().id.value] = Fact{.cancels = command.booking_id};
  co_await context.store().save(order);
}

int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) {
    const auto booking = order.facts.find(fact.cancels);
    sum += fact.amount;
    if (booking != order.facts.end()) sum -= booking->second.amount;
  }
  return sum;
}

}  // namespace workshop::shop
