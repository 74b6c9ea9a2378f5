#include "saboteurs.hpp"

#include <string>
#include <utility>

namespace workshop::shop {
namespace {

std::vector<Message> events_of(const BookPayment& command, int paid, const HandlerContext& context,
                               const std::string& suffix = "") {
  const auto& id = context.message().id.value;
  return {context.make(PaymentBooked{command.order_id, command.amount},
                       MessageId{id + ".booked" + suffix}),
          context.make(ReceiptIssued{command.order_id, command.amount, paid},
                       MessageId{id + ".receipt" + suffix})};
}

/// A PaymentBooked that is the same whichever attempt makes it, so that only the moment of its
/// publishing can be wrong.
Message booked_by_hand(const BookPayment& command, const HandlerContext& context) {
  auto event = context.make(PaymentBooked{command.order_id, command.amount},
                            MessageId{context.message().id.value + ".booked"});
  event.headers.insert_or_assign(std::string(header::kAttempt), "by hand");
  return event;
}

Task<void> publish_all(const std::vector<Message>& events, HandlerContext& context) {
  for (const auto& event : events) co_await context.publish(event);
}

/// The order with the payment, as this kind of sabotage has it.
void book(Order& order, const BookPayment& command, const HandlerContext& context, Sabotage kind) {
  const auto times = kind == Sabotage::not_booked      ? 0
                     : kind == Sabotage::booked_twice  ? 2
                     : kind == Sabotage::booked_thrice ? 3
                                                       : 1;
  order.paid += times * command.amount;
  const auto& id = context.message().id.value;
  order.processed.insert(id);
  auto events = events_of(command, order.paid, context);
  if (kind == Sabotage::no_event) events.erase(events.begin());
  if (kind == Sabotage::early || kind == Sabotage::early_again || kind == Sabotage::in_vain) {
    events.front() = booked_by_hand(command, context);
  }
  if (kind == Sabotage::no_receipt) events.pop_back();
  order.outbox[id] = std::move(events);
}

/// What is published in place of the events in the outbox.
std::vector<Message> published(std::vector<Message> events, const BookPayment& command,
                               const Order& order, const HandlerContext& context, Sabotage kind) {
  if (kind == Sabotage::new_ids) {
    return events_of(command, order.paid, context, " of " + context.attempt());
  }
  if (kind == Sabotage::new_contents) return events_of(command, order.paid, context);
  return events;
}

Task<void> handle(const BookPayment& command, HandlerContext& context, Sabotage kind) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto id = context.message().id.value;
  if (!order.value.processed.contains(id)) {
    book(order.value, command, context, kind);
    if (kind == Sabotage::early ||
        (kind == Sabotage::early_again && context.delivery().delivery_count > 1)) {
      co_await context.publish(booked_by_hand(command, context));
    }
    if (kind == Sabotage::in_vain && context.delivery().delivery_count == 1) {
      co_await context.publish(booked_by_hand(command, context));
      throw Unavailable("the handler gives up");
    }
    co_await context.store().save(order);
  } else if (kind == Sabotage::copy_booked && context.delivery().delivery_count == 1) {
    order.value.paid += command.amount;
    co_await context.store().save(order);
  }
  const auto waiting = order.value.outbox.find(id);
  if (waiting == order.value.outbox.end()) co_return;
  const auto events = published(waiting->second, command, order.value, context, kind);
  co_await publish_all(events, context);
  if (kind == Sabotage::left_behind) co_return;
  if (kind == Sabotage::entry_left) {
    order.value.outbox.at(id).clear();
  } else if (kind == Sabotage::receipt_left) {
    auto& left = order.value.outbox.at(id);
    left.erase(left.begin(), left.end() - 1);
  } else {
    order.value.outbox.erase(id);
  }
  co_await context.store().save(order);
}

template <Sabotage kKind, int kMessage>
Task<void> sabotaged(const BookPayment& command, HandlerContext& context) {
  const bool victim = context.message().id.value == "m" + std::to_string(kMessage);
  return handle(command, context, victim ? kKind : Sabotage::none);
}

template <Sabotage kKind>
std::array<Saboteur, 2> both(std::string_view of_m1, std::string_view of_m2) {
  return {Saboteur{of_m1, &sabotaged<kKind, 1>}, Saboteur{of_m2, &sabotaged<kKind, 2>}};
}

}  // namespace

std::array<Saboteur, 2> saboteurs(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::none:
      break;
    case Sabotage::not_booked:
      return both<Sabotage::not_booked>("does not book m1", "does not book m2");
    case Sabotage::booked_twice:
      return both<Sabotage::booked_twice>("books m1 twice", "books m2 twice");
    case Sabotage::booked_thrice:
      return both<Sabotage::booked_thrice>("books m1 three times", "books m2 three times");
    case Sabotage::no_event:
      return both<Sabotage::no_event>("loses the PaymentBooked of m1",
                                      "loses the PaymentBooked of m2");
    case Sabotage::no_receipt:
      return both<Sabotage::no_receipt>("loses the ReceiptIssued of m1",
                                        "loses the ReceiptIssued of m2");
    case Sabotage::new_ids:
      return both<Sabotage::new_ids>("publishes events of m1 under new ids when it comes again",
                                     "publishes events of m2 under new ids when it comes again");
    case Sabotage::new_contents:
      return both<Sabotage::new_contents>("makes the events of m1 anew when it comes again",
                                          "makes the events of m2 anew when it comes again");
    case Sabotage::early:
      return both<Sabotage::early>("publishes an event of m1 before it saves",
                                   "publishes an event of m2 before it saves");
    case Sabotage::early_again:
      return both<Sabotage::early_again>("publishes an event of m1 early when it comes again",
                                         "publishes an event of m2 early when it comes again");
    case Sabotage::in_vain:
      return both<Sabotage::in_vain>("publishes an event of m1 and saves nothing",
                                     "publishes an event of m2 and saves nothing");
    case Sabotage::left_behind:
      return both<Sabotage::left_behind>("leaves the events of m1 in the outbox",
                                         "leaves the events of m2 in the outbox");
    case Sabotage::receipt_left:
      return both<Sabotage::receipt_left>("leaves the receipt of m1 in the outbox",
                                          "leaves the receipt of m2 in the outbox");
    case Sabotage::entry_left:
      return both<Sabotage::entry_left>("leaves an empty entry of m1 in the outbox",
                                        "leaves an empty entry of m2 in the outbox");
    case Sabotage::copy_booked:
      return both<Sabotage::copy_booked>("books a copy of m1", "books a copy of m2");
  }
  return {};
}

Task<void> tells_of_one_twice(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto id = context.message().id.value;
  if (!order.value.processed.contains(id)) {
    order.value.paid += command.amount;
    order.value.processed.insert(id);
    auto events = events_of(command, order.value.paid, context);
    if (id == "m1") {
      for (auto& again : events_of(command, order.value.paid, context, ".again")) {
        events.push_back(std::move(again));
      }
    }
    if (id != "m2") order.value.outbox[id] = std::move(events);
    co_await context.store().save(order);
  }
  const auto waiting = order.value.outbox.find(id);
  if (waiting == order.value.outbox.end()) co_return;
  const auto events = waiting->second;
  co_await publish_all(events, context);
  order.value.outbox.erase(id);
  co_await context.store().save(order);
}

Task<void> right_in_another_way(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto id = context.message().id.value;
  if (order.value.processed.insert(id).second) {
    order.value.paid += command.amount;
    order.value.outbox[id] = {
        context.make(ReceiptIssued{command.order_id, command.amount, order.value.paid},
                     MessageId::random()),
        context.make(PaymentBooked{command.order_id, command.amount}, MessageId::random())};
    co_await context.store().save(order);
  }
  while (order.value.outbox.contains(id)) {
    auto& waiting = order.value.outbox.at(id);
    const auto event = waiting.front();
    co_await context.publish(event);
    waiting.erase(waiting.begin());
    if (waiting.empty()) order.value.outbox.erase(id);
    co_await context.store().save(order);
  }
}

}  // namespace workshop::shop
