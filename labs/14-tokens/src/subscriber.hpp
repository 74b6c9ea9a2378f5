#pragma once

#include <string>

#include "tokens.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// Records that an endpoint has handled the event of a payment: one document for each time. Its id
/// is kTakenPrefix and the attempt, in the partition of the token that was used up.
struct Taken {
  std::string message_id;  ///< of the BookPayment that the event is about
  std::string endpoint;
};
BOOST_DESCRIBE_STRUCT(Taken, (), (message_id, endpoint))
inline constexpr std::string_view kTakenPrefix = "Taken ";

/// Handles PaymentBooked at the endpoints "loyalty" and "warehouse": records it, once for each
/// token. An event whose token does not exist is a duplicate and is ignored.
///
/// Everything that it writes is in the token's partition, so one batch is enough. The order of
/// "payments" is shared by many messages and is in another partition: there it is not that easy.
Task<void> take(const PaymentBooked& event, HandlerContext& context);

}  // namespace workshop::shop
