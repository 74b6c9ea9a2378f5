#include "saboteurs.hpp"

#include <fmt/format.h>

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
                     : kind == Sabotage::taken_back    ? -1
                                                       : 1;
  order.paid += times * command.amount;
  if (kind == Sabotage::hundred_more) order.paid += 100;
  const auto& id = context.message().id.value;
  order.processed.insert(id);
  auto events = events_of(command, order.paid, context);
  if (kind == Sabotage::no_event) events.erase(events.begin());
  if (kind == Sabotage::early || kind == Sabotage::early_again || kind == Sabotage::in_vain) {
    events.front() = booked_by_hand(command, context);
  }
  if (kind == Sabotage::no_receipt) events.pop_back();
  auto again = events_of(command, order.paid, context, ".again");
  if (kind == Sabotage::event_twice) events.push_back(again.front());
  if (kind == Sabotage::receipt_twice) events.push_back(again.back());
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

/// The outbox after its events were published, as this kind of sabotage leaves it.
void clear(Order& order, const std::string& id, Sabotage kind) {
  auto& left = order.outbox.at(id);
  if (kind == Sabotage::entry_left) return left.clear();
  if (kind == Sabotage::event_left) return left.resize(1, Message());
  if (kind == Sabotage::receipt_left) {
    left.erase(left.begin(), left.end() - 1);
    return;
  }
  if (kind == Sabotage::left_elsewhere) order.outbox[id + " later"] = left;
  order.outbox.erase(id);
}

/// The state is saved before the events are published, but not the payment that they tell of.
Task<void> tell_first(Entity<Order> order, const BookPayment& command, HandlerContext& context) {
  const auto& id = context.message().id.value;
  if (!order.value.outbox.contains(id)) {
    order.value.outbox[id] = events_of(command, order.value.paid + command.amount, context);
    co_await context.store().save(order);
  }
  co_await publish_all(order.value.outbox.at(id), context);
  order.value.paid += command.amount;
  order.value.processed.insert(id);
  order.value.outbox.erase(id);
  co_await context.store().save(order);
}

Task<void> handle(const BookPayment& command, HandlerContext& context, Sabotage kind) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto id = context.message().id.value;
  if (kind == Sabotage::told_first && !order.value.processed.contains(id)) {
    co_return co_await tell_first(std::move(order), command, context);
  }
  if (kind == Sabotage::given_up) throw Unavailable("the handler does not like this payment");
  while (kind == Sabotage::never_done) co_await context.store().load<Order>(command.order_id);
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
  clear(order.value, id, kind);
  co_await context.store().save(order);
}

/// Does one thing to m1 and another to m2.
template <Sabotage kToFirst, Sabotage kToSecond>
Task<void> sabotaged(const BookPayment& command, HandlerContext& context) {
  return handle(command, context, context.message().id.value == "m1" ? kToFirst : kToSecond);
}

/// `what` has a gap for the payment that it is done to.
template <Sabotage kKind>
std::vector<Saboteur> each(const std::string& what) {
  const auto of = [&](const char* whom) { return fmt::format(fmt::runtime(what), whom); };
  return {{of("m1"), &sabotaged<kKind, Sabotage::none>},
          {of("m2"), &sabotaged<Sabotage::none, kKind>}};
}

}  // namespace

std::vector<Saboteur> saboteurs(Sabotage sabotage) {
  switch (sabotage) {
    case Sabotage::none:
      break;
    case Sabotage::not_booked:
      return each<Sabotage::not_booked>("forgets the amount of {}");
    case Sabotage::booked_twice:
      return each<Sabotage::booked_twice>("books twice the amount of {}");
    case Sabotage::booked_thrice:
      return each<Sabotage::booked_thrice>("books three times the amount of {}");
    case Sabotage::hundred_more:
      return each<Sabotage::hundred_more>("books 100 coins more than {}");
    case Sabotage::taken_back:
      return each<Sabotage::taken_back>("pays back the amount of {}");
    case Sabotage::no_event:
      return each<Sabotage::no_event>("loses the PaymentBooked of {}");
    case Sabotage::no_receipt:
      return each<Sabotage::no_receipt>("loses the ReceiptIssued of {}");
    case Sabotage::event_twice:
      return each<Sabotage::event_twice>("publishes under two ids the PaymentBooked of {}");
    case Sabotage::receipt_twice:
      return each<Sabotage::receipt_twice>("publishes under two ids the ReceiptIssued of {}");
    case Sabotage::new_ids:
      return each<Sabotage::new_ids>("gives new ids, at another attempt, to events of {}");
    case Sabotage::new_contents:
      return each<Sabotage::new_contents>("makes anew, at another attempt, the events of {}");
    case Sabotage::early:
      return each<Sabotage::early>("publishes before it saves an event of {}");
    case Sabotage::early_again:
      return each<Sabotage::early_again>("publishes early, at another attempt, an event of {}");
    case Sabotage::told_first:
      return each<Sabotage::told_first>("books after it has told of it the amount of {}");
    case Sabotage::in_vain:
      return each<Sabotage::in_vain>("publishes, and saves nothing, an event of {}");
    case Sabotage::left_behind:
      return each<Sabotage::left_behind>("leaves in the outbox the events of {}");
    case Sabotage::event_left:
      return each<Sabotage::event_left>("leaves in the outbox the PaymentBooked of {}");
    case Sabotage::receipt_left:
      return each<Sabotage::receipt_left>("leaves in the outbox the receipt of {}");
    case Sabotage::entry_left:
      return each<Sabotage::entry_left>("leaves in the outbox an empty entry of {}");
    case Sabotage::left_elsewhere:
      return each<Sabotage::left_elsewhere>("leaves under another key the events of {}");
    case Sabotage::copy_booked:
      return each<Sabotage::copy_booked>("books a copy of {}");
    case Sabotage::given_up:
      return each<Sabotage::given_up>("throws at each delivery of {}");
    case Sabotage::never_done:
      return each<Sabotage::never_done>("comes to no end at a delivery of {}");
  }
  return {};
}

std::vector<Saboteur> traders() {
  using enum Sabotage;
  return {
      {"publishes PaymentBooked of m1 twice and of m2 never", &sabotaged<event_twice, no_event>},
      {"publishes PaymentBooked of m2 twice and of m1 never", &sabotaged<no_event, event_twice>},
      {"publishes the receipt of m1 twice and of m2 never", &sabotaged<receipt_twice, no_receipt>},
      {"publishes the receipt of m2 twice and of m1 never", &sabotaged<no_receipt, receipt_twice>},
      {"books m1 twice and m2 never", &sabotaged<booked_twice, not_booked>},
      {"books m2 twice and m1 never", &sabotaged<not_booked, booked_twice>},
      {"books m1 three times and m2 never", &sabotaged<booked_thrice, not_booked>},
      {"books m2 three times and m1 never", &sabotaged<not_booked, booked_thrice>},
      {"pays both amounts back", &sabotaged<taken_back, taken_back>}};
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
