#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Which orders customers of the running shop make. All of it follows from an order's number, so
/// that whoever sends, and whoever audits, computes the same.
namespace workshop::live_shop {

/// "order-17" for 17.
std::string order_id(int order);
/// The coins of each payment of an order. Every tenth order is a gift of three friends, who pay at
/// the same time; the others are paid by one payment.
std::vector<int> payments_of(int order);
/// Whether nobody is told of its payment: one order in twenty.
bool is_surprise(int order);
/// What all its payments make together.
int price_of(int order);

/// One payment of one order.
struct Payment {
  int order = 0;  ///< its number, from 0
  int part = 0;   ///< which of the order's payments, from 0
};
/// The largest number of payments of one order.
inline constexpr int kPartsMax = 3;

/// "order-17/2": the id of the message that asks for it.
std::string payment_id(Payment payment);
/// Reads what `payment_id` writes; nothing for any other text.
std::optional<Payment> payment_named(std::string_view id);
/// Reads what `order_id` writes.
std::optional<int> order_named(std::string_view id);

/// What `orders` orders, from 0 on, come to.
struct Totals {
  int orders = 0;            ///< in all
  int payments = 0;          ///< in all
  int told_payments = 0;     ///< that are no surprise: each causes an event
  int told_orders = 0;       ///< that are no surprise
  long long coins = 0;       ///< in all
  long long told_coins = 0;  ///< of payments that are no surprise
};
/// Counts them one by one; pure.
Totals totals_of(int orders);

}  // namespace workshop::live_shop
