#include "payments_handler.hpp"

#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // TODO(step 2): two handlers may be here at the same time, with one order, and even with one
  //   message. Order and inbox are two documents and two reads: one is older than the other.
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): the order shall keep nothing of a message that is done; the inbox remembers it.
  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }
  auto& outgoing = order.value.outbox.at(id.value);
  if (outgoing.empty()) co_return;

  for (const auto& message : outgoing) co_await context.publish(message);

  // The empty entry stays: it tells the next delivery that this message is done.
  outgoing.clear();
  co_await context.store().save(order);
}

}  // namespace workshop::shop
