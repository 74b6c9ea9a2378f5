#pragma once

#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// Gives a customer a coupon. It is earned once, when they have spent more than 100 coins.
struct GrantCoupon {
  std::string customer_id;
  int spent = 0;  ///< in whole coins, when the coupon was earned; it is printed on the coupon
};

/// Sends a customer the gold card. It is earned once, when they have spent more than 1000 coins.
struct SendGoldCard {
  std::string customer_id;
};

BOOST_DESCRIBE_STRUCT(GrantCoupon, (), (customer_id, spent))
BOOST_DESCRIBE_STRUCT(SendGoldCard, (), (customer_id))

inline constexpr int kCouponOver = 100;
inline constexpr int kGoldCardOver = 1000;

/// The rewards that a customer earns when the sum they have spent rises from `spent_before` to
/// `spent_after` (in whole coins): no message, one or two. The messages are not sent. Each has an
/// id that follows from the message being handled, and the header that names the attempt that made
/// it.
std::vector<Message> rewards_for(const std::string& customer_id, int spent_before, int spent_after,
                                 const HandlerContext& context);

}  // namespace workshop::shop
