#pragma once

#include <string>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// Tells that a message was handled: a document in a partition of its own, named after the message.
struct InboxEntry {
  std::string message_id;
};
BOOST_DESCRIBE_STRUCT(InboxEntry, (), (message_id))

/// The endpoint's memory of the messages it has handled, outside of every order. Each function is
/// one operation of the store.
namespace inbox {

/// Whether the message was put into the inbox. It says nothing about an order that was loaded before:
/// that may be older.
Task<bool> contains(HandlerContext& context, MessageId id);

/// Puts the message into the inbox. Idempotent: it may be repeated, also after an unknown outcome.
Task<void> put(HandlerContext& context, MessageId id);

}  // namespace inbox
}  // namespace workshop::shop
