#pragma once

#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// Changes the order and says what shall be sent; knows nothing of retries, duplicates or crashes.
/// `Order` is the lab's own; it has `paid` and `surprise`.
///
/// Adds the payment to the order. Returns one PaymentBooked, or nothing when the order is a
/// surprise. Called twice it adds twice, and what it returns has other ids each time.
template <class Order>
std::vector<Message> book(const BookPayment& command, Order& order, const HandlerContext& context) {
  order.paid += command.amount;
  if (order.surprise) return {};
  return {context.make(PaymentBooked{command.order_id, command.amount}, MessageId::random())};
}

}  // namespace workshop::shop
