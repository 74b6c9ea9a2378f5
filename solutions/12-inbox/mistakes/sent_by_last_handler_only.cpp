// mistake: what an earlier attempt has stored is not sent again, only put into the inbox and
//   cleared
// why: the earlier attempt is taken to have come as far as the sending
// ask: The outbox has an entry for this message. Between which two lines may the earlier attempt
//   have ended?
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
    for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  }

  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
