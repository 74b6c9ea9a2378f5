#pragma once

#include <optional>
#include <string>

#include "workshop/explore/scenario/invariant.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/shop/messages.hpp"

/// What tests look for in an order. `Order` is the lab's own; it has `paid`, and `surprise` where
/// that is asked for.
namespace workshop::shop {

/// How often this payment is in its order. Payments of 1, 10 or 100 coins: each has its own digit
/// of `paid`, which counts it.
template <class Order>
int times_booked(const explore::StoreView& shop, const BookPayment& payment) {
  return shop.entity<Order>(payment.order_id)->paid / payment.amount % 10;
}

/// A surprise stays one, whatever is done with its payments.
template <class Order>
std::optional<explore::Violation> no_surprise_any_more(const explore::StoreView& shop) {
  if (shop.entity<Order>("order-1")->surprise) return std::nullopt;
  return explore::Violation{"lost effect", "order-1 is a surprise, and stays one",
                            "`surprise` is false: somebody will be told of the next payment"};
}

}  // namespace workshop::shop
