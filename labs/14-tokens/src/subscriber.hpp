#pragma once

#include <string>

#include "tokens.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An endpoint has taken notice of a payment: one such document for each time it did. Its id is
/// kTakenPrefix and the attempt, in the partition of the token that was used up.
struct Taken {
  std::string message_id;  ///< of the BookPayment that was told of
  std::string endpoint;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (message_id, endpoint))
inline constexpr std::string_view kTakenPrefix = "Taken ";

/// Handles PaymentBooked at the endpoints "loyalty" and "warehouse": takes notice of it, once for
/// each token. An event whose token does not exist is a duplicate and is ignored.
///
/// All that it writes lies in the token's partition, so one batch does it. The order of "payments"
/// is shared by many messages and lies elsewhere: there it is not that easy.
Task<void> take(const PaymentBooked& event, HandlerContext& context);

}  // namespace workshop::shop
