// mistake: the order is looked for, and then written without a condition
// why: the check has just said that there is none, so nothing can be overwritten
// ask: How long ago was "just"? Who wrote the order since?
// caught by: a submission that comes again leaves the order as it is
// as: lost effect

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.cart_id);
  if (order.exists()) co_return;

  order.value.customer = command.customer;
  co_await context.store().documents().put(order.key, to_json(order.value), Expected::any());
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
  co_await context.store().save(order);
}

int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) sum += fact.amount;
  return sum;
}

}  // namespace workshop::shop
