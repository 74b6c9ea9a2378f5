// mistake: every send draws a new id, also the second send of the same record
// why: an id is there to be unique, and random ones are; the order of the two operations was the
//   difficult part
// ask: The queue holds two messages from one record. How can a receiver tell that they are one?
// caught by: a record is one message, however often the importer starts again
// as: duplicate effect
#include "payments.hpp"

namespace workshop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.cancelled) co_return;

  if (!order.value.booked()) {
    order.value.paid = command.amount;
    co_await context.store().save(order);
  }
  // On every path: an earlier attempt may have saved and crashed before it came here.
  co_await context.publish(PaymentBooked{command.order_id, command.amount}, event_id(command));
}

Task<void> import_payments(EntityStore& records, Broker& broker) {
  const auto file = co_await records.load<PartnerFile>(kPartnerFile);
  for (const auto& id : file.value.record_ids) {
    auto record = co_await records.load<PaymentRecord>(id);
    if (record.value.imported) continue;

    const BookPayment command{record.value.order_id, record.value.amount};
    co_await broker.send("payments", make_message(command, MessageId::random()));

    record.value.imported = true;
    co_await records.save(record);
  }
}

}  // namespace workshop
