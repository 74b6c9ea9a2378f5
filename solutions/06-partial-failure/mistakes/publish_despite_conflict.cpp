// mistake: a VersionConflict is taken for "another attempt has booked it", and the event is
//   published
// why: the conflict is usually with a duplicate of the same message, so this is right nearly
//   always
// ask: Somebody else has saved the order. How do you know what they saved?
// caught by: no event tells of a booking that lost to a cancellation
// as: ghost message
#include "payments.hpp"

namespace workshop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.cancelled) co_return;

  if (!order.value.booked()) {
    order.value.paid = command.amount;
    try {
      co_await context.store().save(order);
    } catch (const VersionConflict&) {
      // Another attempt was faster; the payment is booked.
    }
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
