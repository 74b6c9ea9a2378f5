#pragma once

#include <string>
#include <vector>

#include "workshop/core/json.hpp"

/// The gift shop's messages. Commands are imperatives, events are in the past tense.
namespace workshop::shop {

/// Adds a payment of `amount` (in whole coins) to an order; an order may be paid in parts.
struct BookPayment {
  std::string order_id;  ///< which order is paid
  int amount = 0;        ///< in whole coins
};
/// A payment was added to an order.
struct PaymentBooked {
  std::string order_id;  ///< which order was paid
  int amount = 0;        ///< in whole coins
};
/// An order is paid in full: all its parts were booked.
struct OrderPaid {
  std::string order_id;  ///< which order it is
};

BOOST_DESCRIBE_STRUCT(BookPayment, (), (order_id, amount))
BOOST_DESCRIBE_STRUCT(PaymentBooked, (), (order_id, amount))
BOOST_DESCRIBE_STRUCT(OrderPaid, (), (order_id))

}  // namespace workshop::shop
