// mistake: two messages with the same content count as one
// why: "same order, same amount: that must be a duplicate"
// ask: Grandma and grandpa give five coins each. Is that a duplicate?
// caught by: two payments that look alike are two payments
// as: lost effect

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

  if (order.value.processed.insert(to_json(command)).second) {
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
