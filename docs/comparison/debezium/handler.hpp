#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// Debezium's outbox event router: a connector reads the database's log from the last offset that
/// it saved, and sends each row that was inserted into the outbox.
namespace comparison::debezium {

inline constexpr const char* kLog = "log";
inline constexpr const char* kOffsets = "offsets";

/// The row need not stay in the table: the connector reads the log.
inline Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto& store = context.store().documents();
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!order.value.processed.insert(context.message().id.value).second) co_return;
  const auto event = book(command, order.value, context);
  co_await Transaction().save(order).append(kLog, to_json(event)).wakes("connector").commit(store);
}

inline Task<std::string> saved_offset(Store& store) {
  const auto saved = co_await store.get({kOffsets, "connector"});
  co_return saved ? from_json<std::string>(saved->body) : std::string();
}

struct Connector {
  static Task<void> run(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    auto offset = co_await saved_offset(store);
    for (const auto& entry : co_await query(store, kLog)) {
      if (entry.id <= offset) continue;
      co_await context.publish(from_json<Message>(entry.body));
      offset = entry.id;
    }
    co_await Transaction().set(kOffsets, "connector", to_json(offset)).commit(store);
  }
};

/// Broken: saves the offset of what it is about to send.
struct OffsetFirst {
  static Task<void> run(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    const auto offset = co_await saved_offset(store);
    for (const auto& entry : co_await query(store, kLog)) {
      if (entry.id <= offset) continue;
      co_await Transaction().set(kOffsets, "connector", to_json(entry.id)).commit(store);
      co_await context.publish(from_json<Message>(entry.body));
    }
  }
};

/// The database drops the part of its log that it keeps no longer.
inline Task<void> purge(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  Transaction purge;
  for (const auto& entry : co_await query(store, kLog)) purge.erase(kLog, entry.id);
  co_await purge.commit(store);
}

}  // namespace comparison::debezium
