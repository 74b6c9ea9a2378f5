// mistake: the outbox entry is removed before the inbox has the message
// why: the outbox is "done" as soon as everything is sent, and the inbox looks like the seal at
//   the end
// ask: The process dies between your last two operations. Where does anything still know of the
//   message?
// caught by: a payment is booked and told of once, whatever happens to its handler
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

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
  co_await inbox::put(context, id);
}

}  // namespace workshop::shop
