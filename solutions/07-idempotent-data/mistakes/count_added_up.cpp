// mistake: a gift that is on the order already gets a higher count
// why: a customer who adds a gift twice wants two
// ask: How does the handler tell a customer who wants two from a message that comes twice? What
//   does AddGift say that `count` is?
// caught by: a gift is on the order once however often it is added
// as: duplicate effect

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

  auto& line = order.value.lines[command.gift];
  line.gift = command.gift;
  line.count += command.count;
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
