#pragma once

#include <map>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it: one document, which may not exceed 400 KiB.
struct Order {
  int paid = 0;           ///< in whole coins: the sum of its payments
  bool surprise = false;  ///< a surprise: its payments publish no event

  /// The messages that are still to be sent, under the id of the message that was handled: complete
  /// messages, with ids and headers. A message that is done has no entry.
  std::map<std::string, std::vector<Message>> outbox;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, surprise, outbox))

/// Books a payment with `book`, and publishes the messages that `book` returns.
///
/// However often a message is delivered, to however many handlers at once, and wherever an attempt
/// to handle it ends: `book` takes effect once, and the messages that it returned that time are
/// published at least once, always with the same bytes, and never before the order is saved. At
/// rest the outbox is empty.
///
/// Each operation is on one document: the database has no transaction across them. Errors are those
/// of the store and the broker; after any of them the message is delivered again. When the handler
/// returns, the endpoint acknowledges the message.
Task<void> handle(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop
