#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// Watermill's forwarder: messages are published, in an envelope, to a topic that is a table of the
/// database; the forwarder subscribes to it, publishes each to its destination, and acknowledges it
/// by saving its offset.
namespace comparison::watermill {

inline constexpr const char* kTopic = "forwarder_topic";
inline constexpr const char* kOffsets = "offsets";

/// As its documentation shows it: whoever comes twice is not known again.
struct Plain {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto order = co_await context.store().load<Order>(command.order_id);
    const auto event = book(command, order.value, context);
    co_await Transaction()
        .save(order)
        .append(kTopic, to_json(event))
        .wakes("forwarder")
        .commit(context.store().documents());
  }
};

/// Mended: the ids of handled messages are kept with the order.
struct Remembering {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto order = co_await context.store().load<Order>(command.order_id);
    if (!order.value.processed.insert(context.message().id.value).second) co_return;
    const auto event = book(command, order.value, context);
    co_await Transaction()
        .save(order)
        .append(kTopic, to_json(event))
        .wakes("forwarder")
        .commit(context.store().documents());
  }
};

/// As until issue 311 of its PostgreSQL adapter: the offset is a sequence's number.
struct BySequence {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto& store = context.store().documents();
    auto order = co_await context.store().load<Order>(command.order_id);
    if (!order.value.processed.insert(context.message().id.value).second) co_return;
    const auto event = book(command, order.value, context);
    const auto offset = static_cast<std::size_t>(co_await next_of_sequence(store, kTopic));
    co_await Transaction()
        .save(order)
        .insert(kTopic, numbered(offset), to_json(event))
        .wakes("forwarder")
        .commit(store);
  }
};

inline Task<void> forward(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  const auto saved = co_await store.get({kOffsets, "forwarder"});
  const auto acked = saved ? from_json<std::string>(saved->body) : std::string();
  for (const auto& envelope : co_await query(store, kTopic)) {
    if (envelope.id <= acked) continue;
    co_await context.publish(from_json<Message>(envelope.body));
    co_await Transaction().set(kOffsets, "forwarder", to_json(envelope.id)).commit(store);
  }
}

}  // namespace comparison::watermill
