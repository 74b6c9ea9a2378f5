#pragma once

#include <string>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// Records that a message was handled: a document in a partition of its own, named after the
/// message.
struct InboxEntry {
  std::string message_id;  ///< of the message that was handled
};
BOOST_DESCRIBE_STRUCT(InboxEntry, (), (message_id))

/// The endpoint's memory of the messages it has handled, outside of every order. An entry says
/// nothing of the endpoint: two endpoints that handle one message need stores of their own, or
/// entries named after both. Each function is one operation of the store.
namespace inbox {

/// Whether the message was put into the inbox. An order that was loaded before this call may be
/// older than the answer.
Task<bool> contains(HandlerContext& context, MessageId id);

/// Puts the message into the inbox. Idempotent: it may be repeated, also after an unknown outcome.
Task<void> put(HandlerContext& context, MessageId id);

}  // namespace inbox
}  // namespace workshop::shop
