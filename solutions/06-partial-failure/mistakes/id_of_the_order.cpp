// mistake: the id of a message is made of the order in its record
// why: an order is paid once, so it says which payment it is
// ask: The partner's file has two records of one order, and one is a mistake. Who shall find
//   that out: you, or who deduplicates by id?
// caught by: two records that look alike are two messages
// as: assertion

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

    // Sent first, marked afterwards: after a crash in between it is sent again, under the same id.
    const BookPayment command{record.value.order_id, record.value.amount};
    co_await broker.send(
        "payments",
        make_message(command, MessageId::from_name("BookPayment of " + record.value.order_id)));

    record.value.imported = true;
    co_await records.save(record);
  }
}

}  // namespace workshop
