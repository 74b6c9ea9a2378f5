// mistake: the fold takes the facts one after the other, and a cancellation takes out what came
//   before it
// why: the facts are in the map in the order in which they happened, are they not?
// ask: What is the map ordered by? Who chooses the ids of messages?
// caught by: a cancelled payment is not booked again by a late duplicate
// as: assertion

#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> submit(const SubmitOrder& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.cart_id);
  if (order.exists()) co_return;

  order.value.customer = command.customer;
  co_await context.store().save(order);
}

Task<void> add_gift(const AddGift& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  order.value.lines[command.gift] = Line{command.gift, command.count};
  co_await context.store().save(order);
}

Task<void> book(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto& message = context.message();

  order.value.facts[message.id.value] =
      Fact{.amount = command.amount, .sent_at = std::string(message.header(kSentAt))};
  co_await context.store().save(order);
}

Task<void> cancel(const CancelPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto& message = context.message();

  order.value.facts[message.id.value] =
      Fact{.cancels = command.booking_id, .sent_at = std::string(message.header(kSentAt))};
  co_await context.store().save(order);
}

int paid(const Order& order) {
  std::map<std::string, int> booked;
  for (const auto& [id, fact] : order.facts) {
    if (fact.cancels.empty()) {
      booked[id] = fact.amount;
    } else {
      booked.erase(fact.cancels);
    }
  }

  int sum = 0;
  for (const auto& [id, amount] : booked) sum += amount;
  return sum;
}

}  // namespace workshop::shop
