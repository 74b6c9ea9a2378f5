// mistake: the latest message decides whether a payment is booked
// why: the newest news is true
// ask: Newest for whom? In which order do duplicates come?
// caught by: a cancelled payment is not booked again by a late duplicate
// as: assertion

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

  order.value.facts[command.booking_id] = Fact{.cancels = command.booking_id};
  co_await context.store().save(order);
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
