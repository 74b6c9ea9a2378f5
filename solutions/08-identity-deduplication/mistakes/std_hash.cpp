// mistake: the id is a std::hash
// why: it is in the standard library, and a hash is a hash
// ask: Half of the processes run the new build with another standard library. Which ids do they
//   compute? And how many ids until two of 64 bits are the same?
// caught by: an id is a name-based UUID however long the conversation before it
// as: assertion

#include <fmt/format.h>

#include "payments_handler.hpp"

namespace workshop::shop {
namespace {

template <class Event>
MessageId id_of(const HandlerContext& context, int ordinal) {
  return outgoing_id(context.message().id, context.endpoint(), type_name<Event>(), ordinal);
}

std::string framed(std::string_view part) { return fmt::format("{}:{}", part.size(), part); }

}  // namespace

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  if (order.value.processed.insert(context.message().id.value).second) {
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

MessageId outgoing_id(const MessageId& incoming, std::string_view endpoint, std::string_view type,
                      int ordinal) {
  const auto name =
      framed(incoming.value) + framed(endpoint) + framed(type) + framed(std::to_string(ordinal));
  return {std::to_string(std::hash<std::string>()(name))};
}

}  // namespace workshop::shop
