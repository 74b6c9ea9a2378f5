#pragma once

#include <map>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it. In place of its outgoing messages it has one
/// string.
struct Order {
  int paid = 0;           ///< in whole coins: the sum of its payments
  bool surprise = false;  ///< a surprise: its payments publish no event

  /// The transaction whose payment is in `paid` and which is not finished yet; "" when there is
  /// none. Its outbox record says what is still to be done, and for which message.
  std::string transaction;

  /// Step 2. The transactions for which attempts are about to write an outbox record, under the id
  /// of the message that they handle. None of them is booked yet; at most one of each message will
  /// be.
  std::map<std::string, std::vector<std::string>> registered;

  /// Step 2. The transactions of all other attempts at the message that `transaction` belongs to.
  /// Their payments will never be in `paid`. Delete their records before you clear this list.
  std::vector<std::string> overtaken;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, surprise, transaction, registered, overtaken))

/// Books a payment with `book`, and publishes the messages that `book` returns.
///
/// However often a message is delivered, to however many handlers at once, and wherever an attempt
/// to handle it ends: `book` takes effect once, and the messages that it returned that time are
/// published at least once, always with the same bytes, and never before the order is saved.
///
/// When an attempt crashes and leaves a transaction in the order, the handler of the order's next
/// message finishes it, and puts the id of the message that the transaction belongs to into the
/// inbox.
///
/// At rest the order names no transaction. From step 2 on, nothing is registered or overtaken at
/// rest, and there is no outbox record, with one exception: the record of a handler that was
/// overtaken by another attempt and then crashed. And from step 2 on, an attempt that has
/// registered goes on when its save fails because another message of the order was handled
/// meanwhile.
///
/// Each operation is on one document: the database has no transaction across them. Errors are those
/// of the store and the broker; after any of them the message is delivered again. When the handler
/// returns, the endpoint acknowledges the message.
Task<void> handle(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop

// Compiled once, in documents.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Order&);
extern template shop::Order from_json(std::string_view);
extern template Task<Entity<shop::Order>> EntityStore::load(std::string);
}  // namespace workshop
