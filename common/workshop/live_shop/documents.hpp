#pragma once

#include <map>
#include <string>
#include <vector>

#include "workshop/core/json.hpp"

/// The messages and documents of the running shop, beside those of the lab whose handler books the
/// payments (payments_lab.hpp).
namespace workshop::live_shop {

/// From the shop to "orders": somebody has bought something.
struct PlaceOrder {
  std::string order_id;             ///< "order-17"
  std::vector<std::string> tokens;  ///< for each payment, where the lab's handler wants tokens
};
BOOST_DESCRIBE_STRUCT(PlaceOrder, (), (order_id, tokens))

/// Of "orders", in the order's partition: it was placed.
struct Placed {
  int price = 0;  ///< in whole coins
};
BOOST_DESCRIBE_STRUCT(Placed, (), (price))

/// Of "loyalty", named after the event: the points of a payment. One for each event, however often
/// that comes.
struct Points {
  std::string payment;  ///< the message that the event says it was caused by
  int coins = 0;        ///< of the payment
};
BOOST_DESCRIBE_STRUCT(Points, (), (payment, coins))

/// Of "warehouse", in the order's partition: what is packed, and whether it has left.
struct Parcel {
  std::map<std::string, int> paid;  ///< coins, under the event that told of them
  int times_shipped = 0;            ///< 1 when all is right
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (paid, times_shipped))

/// How far one of the shop's sellers has come. A single process writes it, one step at a time.
struct Sales {
  /// Of this seller's.
  int orders_sent = 0;
  /// Those of the orders that are sent next. They are stored before they are created, so that a
  /// seller that died knows them; and they are never created again once something was sent.
  std::vector<std::string> tokens;
  bool tokens_created = false;  ///< whether all of `tokens` exist
};
BOOST_DESCRIBE_STRUCT(Sales, (), (orders_sent, tokens, tokens_created))

/// Lab 14's token, as the shop and the subscribers see it: the same document.
struct Token {
  std::string message_id;  ///< that it stands for
  std::string endpoint;    ///< that may handle it
};
BOOST_DESCRIBE_STRUCT(Token, (), (message_id, endpoint))

/// The queue of "orders".
inline constexpr const char* kOrders = "orders";
/// The queue of "payments".
inline constexpr const char* kPayments = "payments";
/// The queue of "loyalty".
inline constexpr const char* kLoyalty = "loyalty";
/// The queue of "warehouse".
inline constexpr const char* kWarehouse = "warehouse";

}  // namespace workshop::live_shop
