// mistake: after a VersionConflict the order is loaded again, but not checked again
// why: the check stands above the loop: once seems enough
// ask: Somebody else saved the order. Who might that be, and what might it have done?
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

  const bool processed = order.value.processed.contains(context.message().id.value);
  for (bool saved = processed; !saved;) {
    order.value.processed.insert(context.message().id.value);
    order.value.paid += command.amount;
    bool conflict = false;
    try {
      co_await context.store().save(order);
      saved = true;
    } catch (const VersionConflict&) {
      conflict = true;
    }
    if (conflict) order = co_await context.store().load<Order>(command.order_id);
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
