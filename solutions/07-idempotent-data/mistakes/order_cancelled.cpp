// mistake: a cancellation cancels everything that is booked
// why: an order has one payment, usually
// ask: The customer pays again, with another card. What is paid?
// caught by: a cancellation cancels the payment that it names and no other
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
  const auto& message = context.message();

  order.value.facts[message.id.value] =
      Fact{.cancels = command.booking_id, .sent_at = std::string(message.header(kSentAt))};
  co_await context.store().save(order);
}

int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) {
    if (!fact.cancels.empty()) return 0;
    sum += fact.amount;
  }
  return sum;
}

}  // namespace workshop::shop
