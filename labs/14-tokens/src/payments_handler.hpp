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
  bool surprise = false;  ///< a surprise: its payments publish no event

  /// The messages that are still to be sent, under the id of the message that was handled: complete
  /// messages, with ids and headers. The token ids are headers too; they are added by a save of
  /// their own.
  std::map<std::string, std::vector<Message>> outbox;

  /// Step 2. The ids of tokens that attempts are about to create and that no stored message
  /// carries, under the id of the message that is handled. Until its stored messages carry tokens,
  /// any of these may become theirs; after that, none of these will.
  std::map<std::string, std::vector<std::string>> registered;
};

BOOST_DESCRIBE_STRUCT(Order, (), (paid, surprise, outbox, registered))

/// Books a payment with `book`, and publishes the messages that `book` returns.
///
/// The message carries the id of its token, `tokens::id_of_incoming(context)`. As long as that
/// token exists, the message is not done; when it does not exist, the message is a duplicate,
/// however old. For a message without the header the handler throws InvalidRequest.
///
/// However often a message is delivered, to however many handlers at once, and wherever an attempt
/// to handle it ends: `book` takes effect once, and the messages that it returned that time are
/// published at least once, always with the same bytes. Each carries a token for every endpoint of
/// `kSubscribers`, which exists before the message is published and is never created again after
/// that. At rest the order's outbox and `registered` are empty, the message's token is gone, and
/// nothing else is kept of the message. From step 2 on there are no other tokens at rest, with one
/// exception: those of a handler that was overtaken and then crashed. And from step 2 on, an
/// attempt that has registered goes on when it cannot store its tokens because another message of
/// the order was handled meanwhile.
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
extern template Task<Entity<shop::Order>> EntityStore::load(std::string);
}  // namespace workshop
