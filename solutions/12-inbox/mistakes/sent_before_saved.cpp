// mistake: the messages are sent before the order that holds them is saved
// why: the stored messages are seen as a safety copy for the next attempt, not as what is sent
// ask: Your save meets a conflict. What was sent already, and who will send the same bytes again?
// caught by: nobody is told of a payment before it is booked
// as: premature message
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
    for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
    co_await context.store().save(order);
  }

  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
