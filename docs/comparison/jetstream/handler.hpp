#pragma once

#include <chrono>
#include <string>

#include "world/database.hpp"
#include "world/deduplicating_broker.hpp"
#include "world/shop.hpp"

/// NATS JetStream: a publisher sets Nats-Msg-Id, and the stream drops what it has stored within its
/// duplicate window. Here the publisher is a relay with an outbox, so that each try has the same
/// bytes.
namespace comparison::jetstream {

inline constexpr std::chrono::minutes kWindow{2};
inline constexpr const char* kOutbox = "outbox";

inline Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!order.value.processed.insert(context.message().id.value).second) co_return;
  const auto event = book(command, order.value, context);
  co_await Transaction()
      .save(order)
      .insert(kOutbox, event.id.value, to_json(event))
      .wakes("relay")
      .commit(context.store().documents());
}

/// Publishes with the id of the row, and then removes the row.
inline Task<void> relay(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kOutbox)) {
    co_await send_deduplicated(store, "ledger", from_json<Message>(row.body), kWindow);
    co_await Transaction().erase(kOutbox, row.id).commit(store);
  }
}

/// A relay that publishes, and then is away for an hour before it removes the row: what somebody
/// who stops it at night does.
inline Task<void> relay_that_stops(const Poll& poll, HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kOutbox)) {
    co_await send_deduplicated(store, "ledger", from_json<Message>(row.body), kWindow);
    if (poll.why == "relay") co_return;
    co_await Transaction().erase(kOutbox, row.id).commit(store);
  }
}

}  // namespace comparison::jetstream
