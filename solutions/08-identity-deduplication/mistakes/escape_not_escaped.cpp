// mistake: a comma within a part is escaped, the character that escapes it is not
// why: then every comma that stands alone is one between two parts
// ask: One part ends with a backslash. What does the comma after it look like?
// caught by: the parts of an id do not run together
// as: assertion

#include <fmt/format.h>

#include "payments_handler.hpp"

namespace workshop::shop {
namespace {

template <class Event>
MessageId id_of(const HandlerContext& context, int ordinal) {
  return outgoing_id(context.message().id, context.endpoint(), type_name<Event>(), ordinal);
}

// A comma in a part is not one between two parts.
std::string escaped(std::string_view part) {
  std::string text;
  for (const char c : part) {
    if (c == ',') text += '\\';
    text += c;
  }
  return text;
}

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
    co_await context.publish(ReceiptIssued{command.order_id, command.amount, "bookkeeper"},
                             id_of<ReceiptIssued>(context, 1));
  }
}

MessageId outgoing_id(const MessageId& incoming, std::string_view endpoint, std::string_view type,
                      int ordinal) {
  return MessageId::from_name(fmt::format("{},{},{},{}", escaped(incoming.value), escaped(endpoint),
                                          escaped(type), ordinal));
}

}  // namespace workshop::shop
