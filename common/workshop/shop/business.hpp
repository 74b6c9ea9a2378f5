#pragma once

#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// The business logic: adds the payment to the order, and returns the messages to send: one
/// PaymentBooked, or none when the order is a surprise. It knows nothing of retries, duplicates or
/// crashes: called twice, it adds twice, and returns messages with other ids.
///
/// `Order` is the lab's own type; it has `paid` and `surprise`.
template <class Order>
std::vector<Message> book(const BookPayment& command, Order& order, const HandlerContext& context) {
  order.paid += command.amount;
  if (order.surprise) return {};
  return {context.make(PaymentBooked{command.order_id, command.amount}, MessageId::random())};
}

}  // namespace workshop::shop
