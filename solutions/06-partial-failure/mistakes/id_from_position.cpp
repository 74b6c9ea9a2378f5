// mistake: the id comes from a counter of the records sent in this run
// why: a counter repeats in every run, which looks like all that is asked of a derived id
// ask: After a restart, which record is the first one that is sent? Which id did it have before?
// caught by: a record is one message, however often the importer starts again
// as: inconsistent output
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
  int position = 0;
  for (const auto& id : file.value.record_ids) {
    auto record = co_await records.load<PaymentRecord>(id);
    if (record.value.imported) continue;

    const BookPayment command{record.value.order_id, record.value.amount};
    ++position;
    co_await broker.send(
        "payments",
        make_message(command, MessageId::from_name("BookPayment " + std::to_string(position))));

    record.value.imported = true;
    co_await records.save(record);
  }
}

}  // namespace workshop
