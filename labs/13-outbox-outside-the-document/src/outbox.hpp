#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// What one attempt to handle a message wants to be sent: a document in a partition of its own,
/// named after the transaction.
struct OutboxRecord {
  std::string transaction;
  std::string incoming;           ///< the id of the message that the attempt was handling
  std::vector<Message> messages;  ///< whole messages, with ids and headers; maybe none
};
BOOST_DESCRIBE_STRUCT(OutboxRecord, (), (transaction, incoming, messages))

/// The outbox records, outside of every order. Each function but the first is one operation of the
/// store.
namespace outbox {

/// The name of a new transaction, which nobody else has. Not an operation.
std::string new_transaction();

/// Inserts the record. VersionConflict when its transaction has one already.
Task<void> insert(HandlerContext& context, OutboxRecord record);

/// The transaction's record, or nothing when there is none.
Task<std::optional<OutboxRecord>> find(HandlerContext& context, std::string transaction);

/// Deletes the transaction's record. Idempotent: that there is none is no error.
Task<void> remove(HandlerContext& context, std::string transaction);

}  // namespace outbox
}  // namespace workshop::shop
