// mistake: every attempt publishes the event under a new id
// why: publishing twice feels wrong, so at least the ids shall not collide
// ask: The event comes twice. How shall the warehouse know that these are not two payments?
// caught by: a payment is booked and told of, whatever fails
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
  co_await context.publish(PaymentBooked{command.order_id, command.amount}, MessageId::random());
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
