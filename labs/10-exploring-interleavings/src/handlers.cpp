#include "handlers.hpp"

#include <utility>

namespace workshop::shop {
namespace {

/// Ids that a person can read in a story. Lab 08 says what real ones look like.
MessageId event_id(const HandlerContext& context, const char* name) {
  return MessageId{context.message().id.value + "." + name};
}

std::vector<Message> events_of(const BookPayment& command, int paid,
                               const HandlerContext& context) {
  return {
      context.make(PaymentBooked{command.order_id, command.amount}, event_id(context, "booked")),
      context.make(ReceiptIssued{command.order_id, command.amount, paid},
                   event_id(context, "receipt"))};
}

/// The change of the order: amount, processed id and the events, to be saved together.
void book(Order& order, const BookPayment& command, const HandlerContext& context) {
  order.paid += command.amount;
  order.processed.insert(context.message().id.value);
  order.outbox[context.message().id.value] = events_of(command, order.paid, context);
}

bool is_processed(const Order& order, const HandlerContext& context) {
  return order.processed.contains(context.message().id.value);
}

/// The message's events that are still in the outbox.
std::vector<Message> unpublished(const Order& order, const HandlerContext& context) {
  const auto found = order.outbox.find(context.message().id.value);
  return found == order.outbox.end() ? std::vector<Message>{} : found->second;
}

Task<void> publish_all(const std::vector<Message>& events, HandlerContext& context) {
  for (const auto& event : events) co_await context.publish(event);
}

/// Publishes the events of this message that are in the outbox, then removes them.
Task<void> dispatch(Entity<Order>& order, HandlerContext& context) {
  const auto events = unpublished(order.value, context);
  if (events.empty()) co_return;
  co_await publish_all(events, context);
  order.value.outbox.erase(context.message().id.value);
  co_await context.store().save(order);
}

/// Puts the message's events into the outbox again.
Task<void> put_back(std::string order_id, std::vector<Message> events, HandlerContext& context) {
  for (;;) {
    auto order = co_await context.store().load<Order>(order_id);
    order.value.outbox[context.message().id.value] = events;
    try {
      co_await context.store().save(order);
      co_return;
    } catch (const VersionConflict&) {
      // Another handler has saved meanwhile: try again, with the order as it is then.
    }
  }
}

/// Saves the payment, and tries again when another handler was faster.
Task<void> save_in_the_end(Entity<Order>& order, HandlerContext& context) {
  for (;;) {
    try {
      co_await context.store().save(order);
      co_return;
    } catch (const VersionConflict&) {
      // Another handler has saved meanwhile: load the order again, then try again.
    }
    auto now = co_await context.store().load<Order>(order.key.partition);
    if (is_processed(now.value, context)) {  // the other handler has saved this payment
      order = std::move(now);
      co_return;
    }
    order.version = now.version;
  }
}

}  // namespace

Task<void> correct_handler(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!is_processed(order.value, context)) {
    book(order.value, command, context);
    co_await context.store().save(order);
  }
  co_await dispatch(order, context);
}

Task<void> planted_bug_1(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!is_processed(order.value, context)) {
    book(order.value, command, context);
    co_await context.store().save(order);
  }
  const auto events = unpublished(order.value, context);
  if (events.empty()) co_return;
  order.value.outbox.erase(context.message().id.value);
  co_await context.store().save(order);
  try {
    co_await publish_all(events, context);
    co_return;
  } catch (const Error&) {
    // Not all events are published: put them back, and let the message come again.
  }
  co_await put_back(command.order_id, events, context);
  throw Unavailable("the events of a payment could not be published");
}

Task<void> planted_bug_2(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!is_processed(order.value, context)) {
    book(order.value, command, context);
    co_await save_in_the_end(order, context);
  }
  co_await dispatch(order, context);
}

Task<void> planted_bug_3(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const bool first_delivery = context.delivery().delivery_count == 1;
  if (first_delivery || !is_processed(order.value, context)) {
    book(order.value, command, context);
    co_await context.store().save(order);
  }
  co_await dispatch(order, context);
}

Task<void> planted_bug_4(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  if (!order.value.outbox.empty()) {  // an earlier attempt has not finished: finish its work
    for (const auto& [id, events] : order.value.outbox) co_await publish_all(events, context);
    order.value.outbox.clear();
    co_await context.store().save(order);
    co_return;
  }
  if (is_processed(order.value, context)) co_return;
  book(order.value, command, context);
  co_await context.store().save(order);
  co_await dispatch(order, context);
}

Task<void> planted_bug_5(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const bool processed = is_processed(order.value, context);
  if (!processed) book(order.value, command, context);
  const auto events = std::exchange(order.value.outbox, {});
  for (const auto& [id, waiting] : events) co_await publish_all(waiting, context);
  if (!processed) co_await context.store().save(order);
}

}  // namespace workshop::shop

namespace workshop {

template std::string to_json(const shop::Order&);
template shop::Order from_json(std::string_view);

}  // namespace workshop
