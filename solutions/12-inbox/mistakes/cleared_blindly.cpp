// mistake: the entry is removed by a write without a condition
// why: removing is only tidying up, and a conflict there looks like a pointless reason to come
//   again
// ask: Your copy of the order is how old? What else is in the document that you write?
// caught by: two payments of one order are both booked and told of once
// as: lost effect
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
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().documents().put(order.key, to_json(order.value), Expected::any());
}

}  // namespace workshop::shop
