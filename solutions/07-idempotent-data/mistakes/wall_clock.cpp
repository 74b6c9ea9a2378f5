// mistake: the message with the later time wins
// why: every message says when it was sent, so the order of things is known
// ask: Whose clock says so? What does it take for two clocks to agree?
// caught by: the clocks of the senders do not matter
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
  int sum = 0;
  for (const auto& [id, booking] : order.facts) {
    bool cancelled = false;
    for (const auto& [other_id, fact] : order.facts) {
      if (fact.cancels == id && fact.sent_at >= booking.sent_at) cancelled = true;
    }
    if (!cancelled) sum += booking.amount;
  }
  return sum;
}

}  // namespace workshop::shop
