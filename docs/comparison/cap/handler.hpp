#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// CAP (DotNetCore.CAP): what is published is stored with the business, and sent from there; what
/// is received is stored first, acknowledged, and executed from there.
namespace comparison::cap {

inline constexpr const char* kReceived = "cap.received";
inline constexpr const char* kPublished = "cap.published";

/// A delivery is a new row, whatever was received before.
inline Task<void> receive(const BookPayment&, HandlerContext& context) {
  const auto row = MessageId::random().value;
  co_await Transaction()
      .insert(kReceived, row, to_json(context.message()))
      .wakes("execute")
      .commit(context.store().documents());
}

inline Transaction business(const BookPayment& command, Entity<Order>& order, const Message& cause,
                            const HandlerContext& context) {
  auto event = book(command, order.value, context);
  event.headers[std::string(header::kCausationId)] = cause.id.value;
  return Transaction()
      .save(order)
      .insert(kPublished, event.id.value, to_json(event))
      .wakes("publish");
}

/// Executes what has not succeeded, and then marks it; here "marked" is removed, which the product
/// does a day later.
struct Subscriber {
  static Task<void> execute(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    for (const auto& row : co_await query(store, kReceived)) {
      const auto message = from_json<Message>(row.body);
      const auto command = payload_of<BookPayment>(message);
      auto order = co_await context.store().load<Order>(command.order_id);
      co_await business(command, order, message, context).commit(store);
      co_await Transaction().erase(kReceived, row.id).commit(store);
    }
  }
};

/// Mended, as its documentation advises: the subscriber tracks ids in its own transaction.
struct Tracking {
  static Task<void> execute(const Poll&, HandlerContext& context) {
    auto& store = context.store().documents();
    for (const auto& row : co_await query(store, kReceived)) {
      const auto message = from_json<Message>(row.body);
      const auto command = payload_of<BookPayment>(message);
      auto order = co_await context.store().load<Order>(command.order_id);
      if (order.value.processed.insert(message.id.value).second) {
        co_await business(command, order, message, context).commit(store);
      }
      co_await Transaction().erase(kReceived, row.id).commit(store);
    }
  }
};

inline Task<void> publish(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kPublished)) {
    co_await context.publish(from_json<Message>(row.body));
    co_await Transaction().erase(kPublished, row.id).commit(store);
  }
}

}  // namespace comparison::cap
