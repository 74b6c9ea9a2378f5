#include "payments_handler.hpp"

#include "tokens.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. Load the order first: if another handler finishes this message after this, our next save
  //    fails.
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): the database erases an inbox entry after a week. Use the token instead.
  // 2. Then look in the inbox: a message that was finished before this is there.
  if (co_await inbox::contains(context, id)) {
    // 3. An attempt that crashed between 6 and 7 has left its entry, perhaps after we loaded the
    //    order.
    order = co_await context.store().load<Order>(command.order_id);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  // 4. Save state and outgoing messages in one compare-and-swap, unless an earlier attempt has.
  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  // TODO(step 1): the subscribers require tokens too. No stored message carries one yet.
  // TODO(step 2): a crash between creating tokens and storing their ids leaves tokens behind.

  // 5. Send the stored messages as they are: an earlier attempt may have sent them already.
  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);

  // 6. Everything is sent: from here on every delivery is a duplicate.
  co_await inbox::put(context, id);

  // 7. The message is in the inbox, so its entry is not needed any more.
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);

  // 8. The endpoint acknowledges.
}

}  // namespace workshop::shop
