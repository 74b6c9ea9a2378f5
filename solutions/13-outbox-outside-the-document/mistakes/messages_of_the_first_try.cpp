// mistake: an attempt that tries again stores the messages of its first try
// why: the payment is the same, so what is to be sent is the same, and its ids should not change
// ask: What has the other one changed, and what would `book` say now?
// caught by: what is published is what was booked, not what would have been booked before
// as: ghost message

#include "outbox.hpp"
#include "payments_handler.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/try_save.hpp"

namespace workshop::shop {
namespace {

// Finishes the order's transaction, whosever it is. Every line may be repeated, also by two
// handlers at once; as long as the order names the transaction, somebody will.
Task<void> finish(Entity<Order>& order, HandlerContext& context) {
  const auto record = co_await outbox::find(context, order.value.transaction);
  if (record) {
    for (const auto& message : record->messages) co_await context.publish(message);
    // The message that the record belongs to: the one being handled now may be another.
    co_await inbox::put(context, MessageId{record->incoming});
    co_await outbox::remove(context, record->transaction);
  }
  // No record: somebody came as far as that before.
  for (const auto& attempt : order.value.overtaken) co_await outbox::remove(context, attempt);

  // `save` gives the order its new version.
  order.value.transaction.clear();
  order.value.overtaken.clear();
  co_await context.store().save(order);
}

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;

  // 1. The order comes first: whoever changes it after here makes our next save fail.
  auto order = co_await context.store().load<Order>(command.order_id);

  // 2. A dead handler's transaction. Before the inbox: it may belong to this very message.
  if (!order.value.transaction.empty()) co_await finish(order, context);

  // 3. Then the inbox: a message finished before here is found.
  if (co_await inbox::contains(context, id)) {
    // Its handler may have died before it had cleared the order, maybe after we loaded that.
    order = co_await context.store().load<Order>(command.order_id);
    if (!order.value.transaction.empty()) co_await finish(order, context);
    co_return;
  }

  // The order shall know of the record before there is one.
  const auto transaction = outbox::new_transaction();
  order.value.registered[id.value].push_back(transaction);
  co_await context.store().save(order);

  std::vector<Message> messages;
  while (true) {
    // 4. What shall be sent goes into a document of its own.
    const auto booked = book(command, order.value, context);
    if (messages.empty()) messages = booked;
    co_await outbox::insert(context, {transaction, id.value, messages});

    // 5. The state and one string, in one compare-and-swap. From here on no other attempt at this
    // message can save: their records go with ours.
    order.value.transaction = transaction;
    order.value.overtaken = order.value.registered[id.value];
    std::erase(order.value.overtaken, transaction);
    order.value.registered.erase(id.value);
    if (co_await try_save(order, context)) break;

    // Somebody else saved. To begin anew would be to register anew, and so to make others fail.
    co_await outbox::remove(context, transaction);
    order = co_await context.store().load<Order>(command.order_id);
    if (!order.value.transaction.empty()) co_await finish(order, context);
    if (!order.value.registered.contains(id.value)) co_return;  // the message is done with
  }

  // 6. What whoever comes next would do for us.
  co_await finish(order, context);

  // 7. The endpoint acknowledges.
}

}  // namespace workshop::shop
