// mistake: any failure of the database is caught, and the message is acknowledged
// why: handlers that throw look broken, and catching everything looks robust
// ask: After your catch, who still knows about this payment?
// caught by: a payment is booked and told of, whatever fails
// as: lost effect
#include "payments.hpp"

namespace workshop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.cancelled) co_return;

  if (!order.value.booked()) {
    order.value.paid = command.amount;
    try {
      co_await context.store().save(order);
    } catch (const Error&) {
      co_return;  // nothing was booked, so nothing is told
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
