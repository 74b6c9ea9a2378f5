#pragma once

#include <string>
#include <vector>

#include "workshop/core/message.hpp"

namespace workshop::shop {

/// The messages that a crashed handler has left unsent: two events of a payment for order-1,
/// `PaymentBooked` with the id booked-by-PAYMENT and `OrderPaid` with the id paid-by-PAYMENT.
/// Handlers of the labs make one event or none; a stored entry may have more.
std::vector<Message> events_of_a_dead_handler(const std::string& payment_id, int amount);

}  // namespace workshop::shop
