#pragma once

#include <string>
#include <vector>

#include "workshop/core/message.hpp"

namespace workshop::shop {

/// What a handler that died has left to be sent: two events of a payment for order-1,
/// `PaymentBooked` under the id booked-by-PAYMENT and `OrderPaid` under paid-by-PAYMENT. Handlers
/// of the labs make one or none; what is stored may be more.
std::vector<Message> events_of_a_dead_handler(const std::string& payment_id, int amount);

}  // namespace workshop::shop
