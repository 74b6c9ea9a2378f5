// mistake: the inbox is looked at only when the order has no entry for the message, after the
//   handler has run
// why: the check belongs to the saving: one looks whether one may, right before one does
// ask: What does the handler change before you know whether it may? What is in the document that
//   you save to clear up?
// caught by: a payment is booked and told of once, whatever happens to its handler
// as: duplicate effect
#include "payments_handler.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto order = co_await context.store().load<Order>(command.order_id);

  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    if (co_await inbox::contains(context, id)) {
      order.value.outbox.erase(id.value);
      co_await context.store().save(order);
      co_return;
    }
    co_await context.store().save(order);
  }

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
