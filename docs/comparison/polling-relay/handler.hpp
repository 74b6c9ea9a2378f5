#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// The relay that many teams write themselves: rows are numbered by a sequence, and a relay reads
/// on from the last number that it has sent.
namespace comparison::polling_relay {

inline constexpr const char* kOutbox = "outbox";
inline constexpr const char* kPositions = "positions";

/// The number is drawn when the row is made, and seen when the transaction commits.
inline Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto& store = context.store().documents();
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!order.value.processed.insert(context.message().id.value).second) co_return;
  const auto event = book(command, order.value, context);
  const auto number = static_cast<std::size_t>(co_await next_of_sequence(store, kOutbox));
  co_await Transaction()
      .save(order)
      .insert(kOutbox, numbered(number), to_json(event))
      .wakes("relay")
      .commit(store);
}

struct BySequence {
  static Task<void> relay(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    const auto saved = co_await store.get({kPositions, "relay"});
    std::string position = saved ? from_json<std::string>(saved->body) : "";
    for (const auto& row : co_await query(store, kOutbox)) {
      if (row.id <= position) continue;
      co_await context.publish(from_json<Message>(row.body));
      position = row.id;
    }
    co_await Transaction().set(kPositions, "relay", to_json(position)).commit(store);
  }
};

/// Mended: what was sent is removed, and nobody counts.
struct ByRow {
  static Task<void> relay(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    for (const auto& row : co_await query(store, kOutbox)) {
      co_await context.publish(from_json<Message>(row.body));
      co_await Transaction().erase(kOutbox, row.id).commit(store);
    }
  }
};

}  // namespace comparison::polling_relay
