// mistake: a conflict while the payment is saved is taken for a duplicate
// why: with one message in mind, the only one who can have changed the order is another handler
//   of it
// ask: Who else writes to this order? When you return now, what does the endpoint do with the
//   message?
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
    try {
      co_await context.store().save(order);
    } catch (const VersionConflict&) {
      co_return;
    }
  }

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
