#pragma once

#include <optional>
#include <string>

#include "world/database.hpp"
#include "world/shop.hpp"

/// Temporal: a workflow is a history of what has happened; its activities do what has effects. A
/// worker executes an activity, and the service records its result, which is never computed again.
namespace comparison::temporal {

inline constexpr const char* kHistories = "histories";

struct History {
  bool open = true;
  std::string input = {};              ///< the payment
  std::optional<Message> booked = {};  ///< the result of the first activity
};
BOOST_DESCRIBE_STRUCT(History, (), (open, input, booked))

struct Options {
  bool rejects_duplicates = false;  ///< the Workflow Id Reuse Policy; the default is to allow them
  bool idempotent = false;          ///< the activity keeps the ids of the workflows it ran for
};

/// Starts the workflow whose id is that of the payment.
template <Options options>
Task<void> start(const BookPayment&, HandlerContext& context) {
  auto& store = context.store().documents();
  const auto id = context.message().id.value;
  Row row{id, {}, {}};
  if (const auto known = co_await store.get({kHistories, id})) {
    if (options.rejects_duplicates || from_json<History>(known->body).open) co_return;
    row.version = known->version.tag;
  }
  const History history{true, to_json(context.message()), {}};
  co_await Transaction().update(kHistories, row, to_json(history)).wakes("worker").commit(store);
}

template <Options options>
Task<Message> book_activity(const Message& payment, HandlerContext& context) {
  const auto command = payload_of<BookPayment>(payment);
  auto order = co_await context.store().load<Order>(command.order_id);
  auto event = context.make(
      PaymentBooked{command.order_id, command.amount, order.value.paid},
      options.idempotent ? MessageId{"booked-" + payment.id.value} : MessageId::random());
  event.headers[std::string(header::kCausationId)] = payment.id.value;
  if (!order.value.processed.insert(payment.id.value).second && options.idempotent) co_return event;
  order.value.paid += command.amount;
  co_await context.store().save(order);
  co_return event;
}

/// The workflow: book, then tell. Each turn is one activity and the record of its end.
template <Options options>
Task<void> work(const Poll&, HandlerContext& context) {
  auto& store = context.store().documents();
  for (auto row : co_await query(store, kHistories)) {
    auto history = from_json<History>(row.body);
    if (!history.open) continue;
    if (!history.booked) {
      history.booked = co_await book_activity<options>(from_json<Message>(history.input), context);
    } else {
      co_await context.publish(*history.booked);
      history.open = false;
    }
    Transaction recorded;
    recorded.update(kHistories, row, to_json(history));
    if (history.open) recorded.wakes("worker");
    co_await recorded.commit(store);
  }
}

}  // namespace comparison::temporal
