// mistake: the handler runs whenever the inbox does not know the message
// why: the inbox seems to be the one place that tells whether a message was handled
// ask: An earlier attempt has saved the order and died before it could put the message into the
//   inbox. How would you find out?
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

  order.value.outbox[id.value] = book(command, order.value, context);
  co_await context.store().save(order);

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
