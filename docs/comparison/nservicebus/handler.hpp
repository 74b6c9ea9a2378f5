#pragma once

#include <string>
#include <vector>

#include "world/database.hpp"
#include "world/shop.hpp"

/// NServiceBus's outbox: one record for each incoming message, in the transaction of the business;
/// the messages are sent by the attempt that finds the record, not by a relay.
namespace comparison::nservicebus {

struct OutboxRecord {
  std::vector<Message> operations = {};  ///< what is still to be dispatched
  bool dispatched = false;
};
BOOST_DESCRIBE_STRUCT(OutboxRecord, (), (operations, dispatched))

inline constexpr const char* kRecords = "OutboxRecord";

struct AsDocumented {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto& store = context.store().documents();
    const auto id = context.message().id.value;
    OutboxRecord record;
    if (const auto row = co_await store.get({kRecords, id})) {
      record = from_json<OutboxRecord>(row->body);
    } else {
      auto order = co_await context.store().load<Order>(command.order_id);
      record.operations = {book(command, order.value, context)};
      co_await Transaction().save(order).insert(kRecords, id, to_json(record)).commit(store);
    }
    if (record.dispatched) co_return;
    for (const auto& message : record.operations) co_await context.publish(message);
    co_await Transaction().set(kRecords, id, to_json(OutboxRecord{{}, true})).commit(store);
  }
};

/// Marks the record before it sends: the order that the documentation does not have.
struct MarkedFirst {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto& store = context.store().documents();
    const auto id = context.message().id.value;
    if (co_await store.get({kRecords, id})) co_return;
    auto order = co_await context.store().load<Order>(command.order_id);
    const auto event = book(command, order.value, context);
    co_await Transaction()
        .save(order)
        .insert(kRecords, id, to_json(OutboxRecord{{}, true}))
        .commit(store);
    co_await context.publish(event);
  }
};

/// The purge: removes the records that were dispatched when the retention is over.
inline Task<void> purge(const Poll&, HandlerContext& context) {
  Transaction purge;
  for (const auto& row : co_await query(context.store().documents(), kRecords)) {
    if (from_json<OutboxRecord>(row.body).dispatched) purge.erase(kRecords, row.id);
  }
  co_await purge.commit(context.store().documents());
}

}  // namespace comparison::nservicebus
