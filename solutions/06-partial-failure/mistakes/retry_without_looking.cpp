// mistake: after a VersionConflict the handler loads again and saves, without looking whether it
//   still may
// why: a conflict is seen as a technical matter, so only the write is repeated, not the decision
// ask: Why was there a conflict? Which of your decisions did you take from the old version?
// caught by: no event tells of a booking that lost to a cancellation
// as: duplicate effect
#include "payments.hpp"

namespace workshop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.cancelled) co_return;

  while (!order.value.booked()) {
    order.value.paid = command.amount;
    bool saved = true;
    try {
      co_await context.store().save(order);
    } catch (const VersionConflict&) {
      saved = false;
    }
    if (!saved) order = co_await context.store().load<Order>(command.order_id);
  }
  co_await context.publish(PaymentBooked{command.order_id, command.amount}, event_id(command));
}

Task<void> import_payments(EntityStore& records, Broker& broker) {
  const auto file = co_await records.load<PartnerFile>(kPartnerFile);
  for (const auto& id : file.value.record_ids) {
    auto record = co_await records.load<PaymentRecord>(id);
    if (record.value.imported) continue;

    // Sent first, marked afterwards: after a crash in between it is sent again, under the same id.
    const BookPayment command{record.value.order_id, record.value.amount};
    co_await broker.send("payments",
                         make_message(command, MessageId::from_name("BookPayment of " + id)));

    record.value.imported = true;
    co_await records.save(record);
  }
}

}  // namespace workshop
