#include "payments_handler.hpp"

#include "outbox.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. Load the order first: if another handler changes it after this, our next save fails.
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): the order may name the transaction of a handler that has crashed. Finish it.
  // 2.

  // 3. Then look in the inbox: a message that was finished before this is there.
  if (co_await inbox::contains(context, id)) co_return;

  // TODO(step 2): a crash between 4 and 5 leaves a record that no order names. Before 4 you can
  //   register it; at 5 move the registered names of the other attempts to `overtaken`; and when
  //   finishing delete their records.
  // 4. Put the messages to send into a document of their own.
  const auto transaction = outbox::new_transaction();
  const auto messages = book(command, order.value, context);
  co_await outbox::insert(context, {transaction, id.value, messages});

  // 5. Save the state and one string, in one compare-and-swap.
  order.value.transaction = transaction;
  co_await context.store().save(order);

  // TODO(step 1): make this a function that finishes a transaction completely, whoever began it.
  // 6. Send the messages, and remember that they are sent.
  for (const auto& message : messages) co_await context.publish(message);
  co_await inbox::put(context, id);

  // 7. The endpoint acknowledges.
}

}  // namespace workshop::shop
