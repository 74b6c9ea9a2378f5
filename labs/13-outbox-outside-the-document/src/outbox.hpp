#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// The messages that one attempt to handle a message wants to send: a document in a partition of
/// its own, named after the transaction.
struct OutboxRecord {
  std::string transaction;
  std::string incoming;           ///< the id of the message that the attempt was handling
  std::vector<Message> messages;  ///< complete messages, with ids and headers; may be empty
};
BOOST_DESCRIBE_STRUCT(OutboxRecord, (), (transaction, incoming, messages))

/// The outbox records, outside of every order. Each function but the first is one operation of the
/// store.
namespace outbox {

/// A new, unique name of a transaction. Not an operation of the store.
std::string new_transaction();

/// Inserts the record. VersionConflict when its transaction has one already.
Task<void> insert(HandlerContext& context, OutboxRecord record);

/// The transaction's record, or nothing when there is none.
Task<std::optional<OutboxRecord>> find(HandlerContext& context, std::string transaction);

/// Deletes the transaction's record. Idempotent: it is not an error if there is none.
Task<void> remove(HandlerContext& context, std::string transaction);

}  // namespace outbox
}  // namespace workshop::shop
