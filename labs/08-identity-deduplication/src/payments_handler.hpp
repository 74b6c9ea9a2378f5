#pragma once

#include <set>
#include <string>
#include <string_view>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it.
struct Order {
  int paid = 0;                     ///< in whole coins: the sum of its payments
  std::set<std::string> processed;  ///< ids of the messages whose payment is in `paid`
};

/// Payments of this many coins or more have receipts.
inline constexpr int kReceiptsFrom = 100;

/// An event: a receipt for a payment was issued, one for the buyer and one for the bookkeeper.
struct ReceiptIssued {
  std::string order_id;
  int amount = 0;
  std::string reader;  ///< "buyer" or "bookkeeper"
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, processed))
BOOST_DESCRIBE_STRUCT(ReceiptIssued, (), (order_id, amount, reader))

/// Adds a payment to its order and publishes PaymentBooked, and for a large payment two
/// ReceiptIssued. Each event contains the amount of this payment, and has the id that `outgoing_id`
/// makes for this message, this endpoint, the event's type and its ordinal: the buyer's receipt has
/// the ordinal 0.
///
/// However often a message is delivered, and wherever an attempt to handle it ends: its amount is
/// added once, and its events are published at least once, under ids that every attempt repeats.
/// Two messages are two payments, even when they look alike.
///
/// Errors are those of the store and the broker; after any of them the message is delivered again.
Task<void> handle(const BookPayment& command, HandlerContext& context);

/// The id of a message that `endpoint` sends while it handles the message `incoming`: its
/// `ordinal`-th (0, 1, …) of the type `type`.
///
/// Equal arguments give equal ids, in every process and on every day. Arguments that differ in any
/// of the four give different ids, whatever characters they contain. The id is a name-based UUID:
/// 36 characters, however long the arguments are.
MessageId outgoing_id(const MessageId& incoming, std::string_view endpoint, std::string_view type,
                      int ordinal);

}  // namespace workshop::shop
