#pragma once

#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// Wolverine's durable inbox and outbox: an incoming message is stored, once for its id, and then
/// acknowledged; a node handles it, and marks it in the transaction of the business.
namespace comparison::wolverine {

inline constexpr const char* kIncoming = "wolverine_incoming";
inline constexpr const char* kOutgoing = "wolverine_outgoing";

struct Envelope {
  Message message = {};
  bool handled = false;
};
BOOST_DESCRIBE_STRUCT(Envelope, (), (message, handled))

/// A message whose id is known is dropped.
inline Task<void> receive(const BookPayment&, HandlerContext& context) {
  Transaction stored;
  stored.insert(kIncoming, context.message().id.value, to_json(Envelope{context.message(), false}));
  try {
    co_await stored.wakes("node").commit(context.store().documents());
  } catch (const VersionConflict&) {
  }
}

/// Sends what is stored, its own and what others left behind, and removes it.
inline Task<void> send_outgoing(HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kOutgoing)) {
    co_await context.publish(from_json<Message>(row.body));
    co_await Transaction().erase(kOutgoing, row.id).commit(store);
  }
}

/// Handles what is not handled. `conditional`: the mark is refused when somebody else has set it;
/// in the product's SQL it is not.
template <bool conditional>
Task<void> work(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  for (const auto& row : co_await query(store, kIncoming)) {
    auto envelope = from_json<Envelope>(row.body);
    if (envelope.handled) continue;
    const auto command = payload_of<BookPayment>(envelope.message);
    auto order = co_await context.store().load<Order>(command.order_id);
    auto event = book(command, order.value, context);
    event.headers[std::string(header::kCausationId)] = envelope.message.id.value;
    envelope.handled = true;
    Transaction business;
    business.save(order).insert(kOutgoing, event.id.value, to_json(event));
    if (conditional) business.update(kIncoming, row, to_json(envelope));
    if (!conditional) business.set(kIncoming, row.id, to_json(envelope));
    co_await business.commit(store);
  }
  co_await send_outgoing(context);
}

/// Removes handled messages that were kept long enough.
inline Task<void> purge(const Poll&, HandlerContext& context) {
  Transaction purge;
  for (const auto& row : co_await query(context.store().documents(), kIncoming)) {
    if (from_json<Envelope>(row.body).handled) purge.erase(kIncoming, row.id);
  }
  co_await purge.commit(context.store().documents());
}

}  // namespace comparison::wolverine
