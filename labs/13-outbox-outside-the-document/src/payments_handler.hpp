#pragma once

#include <map>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it. Of its outgoing messages it keeps one string only.
struct Order {
  int paid = 0;           ///< in whole coins: the sum of its payments
  bool surprise = false;  ///< it is a surprise: nobody is told of its payments

  /// The transaction that is in `paid` and not finished yet; "" when there is none. Its outbox
  /// record says what is still to be done, and for which message.
  std::string transaction;

  /// Step 2. The transactions that attempts have set out to write an outbox record for, under the
  /// id of the message that they are handling. None of them is booked yet; at most one of each
  /// message ever will be.
  std::map<std::string, std::vector<std::string>> registered;

  /// Step 2. The transactions of all other attempts at the message that `transaction` belongs to.
  /// They will never be in `paid`. Their records are to be deleted before this list is.
  std::vector<std::string> overtaken;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, surprise, transaction, registered, overtaken))

/// Books a payment, as `book` says, and publishes what `book` returns.
///
/// However often a message is delivered, to however many handlers at once, and wherever an attempt
/// to handle it ends: `book` takes effect once, the messages of that one time are published at
/// least once, always with the same bytes, and never before the order is saved.
///
/// A transaction that a dead attempt has left in the order is finished by whichever message of that
/// order comes next, and the inbox remembers the message that the transaction belongs to.
///
/// At rest the order has no transaction. From step 2 on nothing is registered or overtaken at rest
/// either, and there is no outbox record (but for one of a handler that another attempt had
/// overtaken before it died). And from step 2 on, an attempt that has registered goes on when it
/// cannot save because another message of the order was handled meanwhile.
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
}  // namespace workshop
