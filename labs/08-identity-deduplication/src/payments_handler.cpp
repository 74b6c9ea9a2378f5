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

  // TODO(step 1): leave the order as it is when this message was processed before.
  //   `processed` is a part of the order, and context.message().id says which message this is.
  order.value.paid += command.amount;
  co_await context.store().save(order);

  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           id_of<PaymentBooked>(context, 0));
  if (command.amount >= kReceiptsFrom) {
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "buyer"},
                             id_of<ReceiptIssued>(context, 0));
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "bookkeeper"},
                             id_of<ReceiptIssued>(context, 1));
  }
}

// TODO(step 2): give the event an id that every retry computes again, and no other event has.
MessageId outgoing_id([[maybe_unused]] const MessageId& incoming,
                      [[maybe_unused]] std::string_view endpoint,
                      [[maybe_unused]] std::string_view type, [[maybe_unused]] int ordinal) {
  return MessageId::random();
}

}  // namespace workshop::shop
