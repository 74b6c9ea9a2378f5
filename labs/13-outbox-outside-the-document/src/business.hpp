#pragma once

#include <vector>

#include "payments_handler.hpp"

namespace workshop::shop {

/// Changes the order and says what shall be sent; knows nothing of retries, duplicates or crashes.
///
/// Adds the payment to the order. Returns one PaymentBooked, or nothing when the order is a
/// surprise. Called twice it adds twice, and what it returns has other ids each time.
std::vector<Message> book(const BookPayment& command, Order& order, const HandlerContext& context);

}  // namespace workshop::shop
