#pragma once

#include <map>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"
#include "workshop/shop/messages.hpp"

namespace workshop::shop {

/// An order as the endpoint "payments" keeps it.
struct Order {
  int paid = 0;           ///< in whole coins: the sum of its payments
  bool surprise = false;  ///< it is a surprise: nobody is told of its payments

  /// What is still to be sent, under the id of the message that was handled: the whole messages,
  /// with ids and headers. The token ids are headers too; they are added by a save of their own.
  std::map<std::string, std::vector<Message>> outbox;

  /// Step 2. The ids of tokens that attempts have set out to create and that no stored message
  /// carries, under the id of the message that is handled. Until its stored messages carry tokens,
  /// any of these may become theirs; once they do, none of these will.
  std::map<std::string, std::vector<std::string>> registered;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, surprise, outbox, registered))

/// Books a payment, as `book` says, and publishes what `book` returns.
///
/// The message carries the id of its token, `tokens::id_of_incoming(context)`. As long as that
/// token exists, the message has not been handled to its end; when it does not exist, the message
/// is a duplicate, however old. A message without the header is InvalidRequest.
///
/// However often a message is delivered, to however many handlers at once, and wherever an attempt
/// to handle it ends: `book` takes effect once; the messages of that one time are published at
/// least once, always with the same bytes; each carries a token for every endpoint of
/// `kSubscribers`, which exists before the message is published and is never created again after
/// that. At rest the order's outbox and `registered` are empty and the message's token is gone;
/// nothing else is kept of the message either. From step 2 on there are no other tokens at rest
/// (but for those of a handler that was both overtaken and then died), and an attempt that has
/// registered goes on when it cannot store its tokens because another message of the order was
/// handled meanwhile.
///
/// Each operation is on one document: there is no transaction across partitions. Errors are those
/// of the store and the broker; after any of them the message is delivered again. When the handler
/// returns, the endpoint acknowledges the message.
Task<void> handle(const BookPayment& command, HandlerContext& context);

}  // namespace workshop::shop

// Compiled once, in documents.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Order&);
extern template shop::Order from_json(std::string_view);
}  // namespace workshop
