// mistake: the message is put into the inbox before its messages are sent
// why: booked is booked: "processed" seems to be true once the state is saved
// ask: The process dies after the inbox has the message. Who sends what is in the outbox?
// caught by: a payment is booked and told of once, whatever happens to its handler
// as: lost message
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
  co_await inbox::put(context, id);

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
