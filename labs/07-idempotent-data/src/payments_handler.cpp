#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  // TODO(step 1): a submission that comes again must find the existing order.
  Entity<Order> order{EntityStore::key_of<Order>(MessageId::random().value)};
  order.value.customer = command.customer;
  co_await context.store().save(order);
}

Task<void> add_gift(const AddGift& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): a gift that comes again must find its line.
  const auto line_number = std::to_string(order.value.lines.size() + 1);
  order.value.lines[line_number] = Line{command.gift, command.count};
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

  // TODO(step 2): a cancelled payment must stay cancelled, whatever comes before or after.
  order.value.facts.erase(command.booking_id);
  co_await context.store().save(order);
}

// TODO(step 2): the result must depend only on the facts, not on the order in which they came.
int paid(const Order& order) {
  int sum = 0;
  for (const auto& [id, fact] : order.facts) sum += fact.amount;
  return sum;
}

}  // namespace workshop::shop
