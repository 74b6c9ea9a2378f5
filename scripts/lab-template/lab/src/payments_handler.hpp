#pragma once

#include <set>
#include <string>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it.
struct Order {
  int paid = 0;                     ///< in whole coins: the sum of its payments
  std::set<std::string> processed;  ///< ids of the messages whose payment is in `paid`
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, processed))

/// Adds a payment to its order. However often the message is delivered, and wherever an attempt to
/// handle it ends: the payment is added once.
///
/// Errors are those of the store; after any of them the message is delivered again.
Task<void> handle(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop
