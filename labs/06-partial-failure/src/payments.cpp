#include "payments.hpp"

namespace workshop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (order.value.cancelled) co_return;

  // TODO(step 1): no event without a booking, no booking without an event,
  //   whatever happens between two lines.
  co_await context.publish(PaymentBooked{command.order_id, command.amount}, event_id(command));

  if (!order.value.booked()) {
    order.value.paid = command.amount;
    co_await context.store().save(order);
  }
}

Task<void> import_payments(EntityStore& records, Broker& broker) {
  const auto file = co_await records.load<PartnerFile>(kPartnerFile);
  for (const auto& id : file.value.record_ids) {
    auto record = co_await records.load<PaymentRecord>(id);
    if (!record.exists())
      throw InvalidRequest("the partner's file names " + id + ", which is missing");
    if (record.value.imported) continue;

    // TODO(step 2): every record must become exactly one message.
    record.value.imported = true;
    co_await records.save(record);

    const BookPayment command{record.value.order_id, record.value.amount};
    co_await broker.send("payments", make_message(command, MessageId::random()));
  }
}

}  // namespace workshop
