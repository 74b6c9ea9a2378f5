// mistake: a conflict in `cancel` is caught and forgotten
// why: the cancellation is a mere note that cannot clash with anything
// ask: Whose write was it that won? Is the note in it?
// caught by: a cancelled payment stays cancelled whatever happens to the handlers
// as: duplicate effect

#include <set>

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
  try {
    co_await context.store().save(order);
  } catch (const VersionConflict&) {
  }
}

int paid(const Order& order) {
  std::set<std::string> cancelled;
  for (const auto& [id, fact] : order.facts) cancelled.insert(fact.cancels);

  int sum = 0;
  for (const auto& [id, fact] : order.facts) {
    if (!cancelled.contains(id)) sum += fact.amount;
  }
  return sum;
}

}  // namespace workshop::shop
