#pragma once

#include <string>
#include <utility>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/core/message.hpp"

namespace workshop::shop {

/// An order as a handler of this payment, of 1 coin, has left it: it died before it had given its
/// two messages their tokens.
inline Order order_of_a_dead_handler(const std::string& payment_id) {
  std::vector<Message> messages = {
      make_message(PaymentBooked{"order-1", 1}, MessageId{"booked-by-" + payment_id}),
      make_message(OrderPaid{"order-1"}, MessageId{"paid-by-" + payment_id})};
  for (auto& message : messages) {
    message.headers.emplace(header::kCorrelationId, payment_id);
    message.headers.emplace(header::kCausationId, payment_id);
    message.headers.emplace(header::kAttempt, payment_id + "#0");
  }
  Order order;
  order.paid = 1;
  order.outbox.emplace(payment_id, std::move(messages));
  return order;
}

}  // namespace workshop::shop
