// mistake: a line is known by the message that asked for it
// why: a message id is unique, so a duplicate finds its line
// ask: The customer presses the button twice. Are these two messages, and how many Porsches?
// caught by: a gift that the customer wishes twice is one line
// as: duplicate effect
#include <set>

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  // The cart's id is the order's id, so a submission that comes again looks in the same place.
  auto order = co_await context.store().load<Order>(command.cart_id);
  if (order.exists()) co_return;

  order.value.customer = command.customer;
  // Insert-if-absent. If another handler was faster, the message comes again and finds its order.
  co_await context.store().save(order);
}

Task<void> add_gift(const AddGift& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  // Its gift is what a line is known by: the same gift again is the same line again.
  order.value.lines[context.message().id.value] = Line{command.gift, command.count};
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

  // A fact of its own, beside the booking or before it. Nothing is taken away.
  order.value.facts[message.id.value] =
      Fact{.cancels = command.booking_id, .sent_at = std::string(message.header(kSentAt))};
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
