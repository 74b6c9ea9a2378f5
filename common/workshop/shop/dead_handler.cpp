#include "workshop/shop/dead_handler.hpp"

#include "workshop/shop/messages.hpp"

namespace workshop::shop {

std::vector<Message> events_of_a_dead_handler(const std::string& payment_id, int amount) {
  std::vector<Message> events = {
      make_message(PaymentBooked{"order-1", amount}, MessageId{"booked-by-" + payment_id}),
      make_message(OrderPaid{"order-1"}, MessageId{"paid-by-" + payment_id})};
  for (auto& event : events) {
    event.headers.emplace(header::kCorrelationId, payment_id);
    event.headers.emplace(header::kCausationId, payment_id);
    event.headers.emplace(header::kAttempt, payment_id + "#0");
    for (const auto* name : {"sent-at", "reply-to", "shop"}) event.headers.emplace(name, "front");
  }
  return events;
}

}  // namespace workshop::shop
