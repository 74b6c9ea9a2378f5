// mistake: the order is kept under the id of the delivery
// why: the delivery is what the handler has in its hand, and its tag is unique
// ask: The message comes again. Which of the ids that you have is the same then?
// caught by: a cart becomes one order however often it is submitted
// as: duplicate effect

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(context.delivery().tag.value);
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
  co_await context.store().save(order);
}

int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) sum += fact.amount;
  return sum;
}

}  // namespace workshop::shop
