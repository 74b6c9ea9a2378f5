// mistake: a second delivery is taken for a duplicate, a first one never
// why: the broker counts the deliveries, so why count them again
// ask: The sender sent the message twice: how often was each copy delivered? And if the first
//   delivery ended in a crash, how far had it come?
// caught by: a payment is booked once however often it is delivered
// as: duplicate effect

#include "payments_handler.hpp"

namespace workshop::shop {
namespace {

template <class Event>
MessageId id_of(const HandlerContext& context, int ordinal) {
  return outgoing_id(context.message().id, context.endpoint(), type_name<Event>(), ordinal);
}

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  if (context.delivery().delivery_count == 1) {
    order.value.processed.insert(context.message().id.value);
    order.value.paid += command.amount;
    co_await context.store().save(order);
  }

  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           id_of<PaymentBooked>(context, 0));
  if (command.amount >= kReceiptsFrom) {
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "buyer"},
                             id_of<ReceiptIssued>(context, 0));
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "bookkeeper"},
                             id_of<ReceiptIssued>(context, 1));
  }
}

MessageId outgoing_id(const MessageId& /*incoming*/, std::string_view /*endpoint*/,
                      std::string_view /*type*/, int /*ordinal*/) {
  return MessageId::random();
}

}  // namespace workshop::shop
