// mistake: a cancellation deletes the booking, and leaves its own fact beside it
// why: what is cancelled need not be kept, and the cancellation is on record
// ask: The booking comes again. What does the order know about it?
// caught by: a cancelled payment is not booked again by a late duplicate
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

  order.value.facts.erase(command.booking_id);
  order.value.facts[context.message().id.value] = Fact{.cancels = command.booking_id};
  co_await context.store().save(order);
}

int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) sum += fact.amount;
  return sum;
}

}  // namespace workshop::shop
