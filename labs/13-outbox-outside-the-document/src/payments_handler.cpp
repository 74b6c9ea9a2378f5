#include "payments_handler.hpp"

#include "outbox.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. The order comes first: whoever changes it after here makes our next save fail.
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): a dead handler's transaction may still be in the order. Finish it.
  // 2.

  // 3. Then the inbox: a message finished before here is found.
  if (co_await inbox::contains(context, id)) co_return;

  // TODO(step 2): whoever dies between 4 and 5 leaves a record that no order knows of. Before 4 you
  //   can register it, at 5 take over what others have registered, and when finishing clean up.
  // 4. What shall be sent goes into a document of its own.
  const auto transaction = outbox::new_transaction();
  const auto messages = book(command, order.value, context);
  co_await outbox::insert(context, {transaction, id.value, messages});

  // 5. The state and one string, in one compare-and-swap.
  order.value.transaction = transaction;
  co_await context.store().save(order);

  // TODO(step 1): make this a function that finishes any transaction, whosever it is, to its end.
  // 6. Send, and remember.
  for (const auto& message : messages) co_await context.publish(message);
  co_await inbox::put(context, id);

  // 7. The endpoint acknowledges.
}

}  // namespace workshop::shop
