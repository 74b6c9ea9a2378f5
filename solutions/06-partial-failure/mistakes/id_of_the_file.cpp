// mistake: all messages of a file have the id of the file
// why: "derived from the input" is true of it: the file is the input
// ask: How many messages does a receiver see that deduplicates by id?
// caught by: no record is left out, wherever the importer fails
// as: lost message
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
    const auto name = std::string("BookPayment of ") + kPartnerFile;
    co_await broker.send("payments", make_message(command, MessageId::from_name(name)));

    record.value.imported = true;
    co_await records.save(record);
  }
}

}  // namespace workshop
