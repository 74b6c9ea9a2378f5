// mistake: both receipts are made out to the buyer
// why: copied, and the reader forgotten
// ask: What does the bookkeeper get?
// caught by: the events say what was paid, under the ids that outgoing_id makes
// as: assertion

#include <fmt/format.h>

#include "payments_handler.hpp"

namespace workshop::shop {
namespace {

template <class Event>
MessageId id_of(const HandlerContext& context, int ordinal) {
  return outgoing_id(context.message().id, context.endpoint(), type_name<Event>(), ordinal);
}

// Its length stands before it, so no part can pass for a piece of its neighbour.
std::string framed(std::string_view part) { return fmt::format("{}:{}", part.size(), part); }

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  // The id is saved with the amount, by one compare-and-swap: there is never one without the other.
  if (order.value.processed.insert(context.message().id.value).second) {
    order.value.paid += command.amount;
    co_await context.store().save(order);
  }

  // Always: the attempt that booked the payment may have died before it came to this point.
  co_await context.publish(PaymentBooked{command.order_id, command.amount},
                           id_of<PaymentBooked>(context, 0));
  if (command.amount >= kReceiptsFrom) {
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "buyer"},
                             id_of<ReceiptIssued>(context, 0));
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "buyer"},
                             id_of<ReceiptIssued>(context, 1));
  }
}

MessageId outgoing_id(const MessageId& incoming, std::string_view endpoint, std::string_view type,
                      int ordinal) {
  return MessageId::from_name(framed(incoming.value) + framed(endpoint) + framed(type) +
                              framed(std::to_string(ordinal)));
}

}  // namespace workshop::shop
