#pragma once

#include <string>
#include <vector>

#include "world/database.hpp"
#include "world/shop.hpp"

/// MassTransit's transactional outbox: the consumer outbox (inbox and outbox of one delivery), and
/// the bus outbox (messages of whoever saves changes, delivered by a service).
namespace comparison::masstransit {

struct InboxState {
  bool consumed = false;
  bool delivered = false;
  std::vector<Message> messages = {};  ///< rows of OutboxMessage in the product
};
BOOST_DESCRIBE_STRUCT(InboxState, (), (consumed, delivered, messages))

struct ConsumerOutbox {
  /// Each turn of the loop is one transaction that holds the lock of the inbox's row.
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto& store = context.store().documents();
    for (;;) {
      auto inbox = co_await context.store().load<InboxState>("inbox-" + context.message().id.value);
      Transaction transaction;
      if (inbox.exists() && !inbox.value.consumed) {
        auto order = co_await context.store().load<Order>(command.order_id);
        inbox.value.messages = {book(command, order.value, context)};
        inbox.value.consumed = true;
        transaction.save(order);
      } else if (inbox.exists() && !inbox.value.delivered) {
        for (const auto& message : inbox.value.messages) co_await context.publish(message);
        inbox.value.delivered = true;
      } else if (inbox.exists()) {
        co_return;  // the rows of OutboxMessage are removed; nobody reads them again
      }
      co_await transaction.save(inbox).commit(store);
    }
  }
};

inline constexpr const char* kOutbox = "OutboxMessage";

/// The bus outbox alone, in a consumer: the messages are safe, the delivery is not remembered.
struct BusOutbox {
  static Task<void> handle(const BookPayment& command, HandlerContext& context) {
    auto order = co_await context.store().load<Order>(command.order_id);
    const auto event = book(command, order.value, context);
    co_await Transaction()
        .save(order)
        .insert(kOutbox, event.id.value, to_json(event))
        .wakes("delivery")
        .commit(context.store().documents());
  }
};

inline Task<void> delivery_service(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kOutbox)) {
    co_await context.publish(from_json<Message>(row.body));
    co_await Transaction().erase(kOutbox, row.id).commit(store);
  }
}

/// The cleanup service, when the duplicate detection window of a delivered message is over.
inline Task<void> cleanup(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  auto inbox = co_await context.store().load<InboxState>("inbox-m1");
  if (!inbox.value.delivered) co_return;
  co_await Transaction().erase(inbox.key.partition, inbox.key.id).commit(store);
}

}  // namespace comparison::masstransit
