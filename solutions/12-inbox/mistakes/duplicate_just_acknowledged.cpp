// mistake: a message found in the inbox is acknowledged, and nothing else is done
// why: "found in the inbox" means "done", and of what is done nothing is left to do
// ask: The process dies after the inbox has the message and before the outbox entry is gone.
//   Which delivery will remove the entry?
// caught by: a payment is booked and told of once, whatever happens to its handler
// as: garbage
#include "payments_handler.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  auto order = co_await context.store().load<Order>(command.order_id);
  if (co_await inbox::contains(context, id)) co_return;

  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
