// mistake: a conflict while the entry is removed is ignored
// why: all that matters is done by then, and a duplicate would only come to the same end
// ask: Another message of the same order was saved meanwhile. Who removes your entry once you
//   have acknowledged?
// caught by: two payments of one order are both booked and told of once
// as: garbage
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
  try {
    co_await context.store().save(order);
  } catch (const VersionConflict&) {
    // The next one will see to it.
  }
}

}  // namespace workshop::shop
