// mistake: `processed` is looked up in one copy of the order, the amount added to a newer one
// why: the check became a function that loads what it needs itself
// ask: Which version does the compare-and-swap compare, and was `processed` read from that one?
// caught by: a payment is booked once however often it is delivered
// as: duplicate effect

#include "payments_handler.hpp"

namespace workshop::shop {
namespace {

template <class Event>
MessageId id_of(const HandlerContext& context, int ordinal) {
  return outgoing_id(context.message().id, context.endpoint(), type_name<Event>(), ordinal);
}

Task<bool> is_processed(HandlerContext& context, std::string order_id) {
  const auto order = co_await context.store().load<Order>(order_id);
  co_return order.value.processed.contains(context.message().id.value);
}

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  if (!co_await is_processed(context, command.order_id)) {
    auto order = co_await context.store().load<Order>(command.order_id);
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
