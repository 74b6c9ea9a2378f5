// mistake: who finds that its message is done with clears what is left in the outbox
// why: a message that is done with needs no entry
// ask: Whose entries are these? Which of them were sent?
// caught by: whoever removes an entry leaves those of other payments
// as: duplicate effect
#include "payments_handler.hpp"

#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. The order comes first: whoever finishes this message after here makes our next save fail.
  auto order = co_await context.store().load<Order>(command.order_id);

  // 2. Then the inbox: a message finished before here is found.
  if (!order.value.outbox.contains(id.value) && co_await inbox::contains(context, id)) {
    // 3. An attempt that died between 6 and 7 has left its entry, maybe after we loaded the order.
    order = co_await context.store().load<Order>(command.order_id);
    if (!order.value.outbox.empty()) {
      order.value.outbox.clear();
      co_await context.store().save(order);
    }
    co_return;
  }

  // 4. State and outgoing messages in one compare-and-swap, unless an earlier attempt has done it.
  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  // 5. Send what is stored, ids and bytes: an earlier attempt may have sent it already.
  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);

  // 6. Only now that everything is sent: from here on every delivery is a duplicate.
  co_await inbox::put(context, id);

  // 7. Only now that the inbox knows: the entry is no longer needed.
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);

  // 8. The endpoint acknowledges.
}

}  // namespace workshop::shop
