// mistake: a message that causes no messages gets no inbox entry
// why: with nothing to send there is nothing to repeat, so the rest of the pipeline looks like
//   waste
// ask: What does the next delivery of this message find in the order, and what in the inbox?
// caught by: a payment of which nobody is told is booked once
// as: duplicate effect
#include "payments_handler.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto order = co_await context.store().load<Order>(command.order_id);
  if (co_await inbox::contains(context, id)) {
    order = co_await context.store().load<Order>(command.order_id);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }
  const auto outgoing = order.value.outbox.at(id.value);

  for (const auto& message : outgoing) co_await context.publish(message);
  if (!outgoing.empty()) co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
