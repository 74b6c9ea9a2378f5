// mistake: a message found in `processed` ends the handler
// why: its payment was added and its messages are in the outbox: it has been dealt with
// ask: Who sends what is in the outbox when the process that put it there is dead?
// caught by: the coupon survives a dropped send and what is bought before the retry
// as: assertion

#include "loyalty_handler.hpp"
#include "rewards.hpp"

namespace workshop::shop {

Task<void> handle(const CustomerPaid& event, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto customer = co_await context.store().load<Customer>(event.customer_id);
  auto& outbox = customer.value.outbox;
  if (!customer.value.processed.insert(id).second) co_return;

  const int spent_before = customer.value.spent;
  customer.value.spent += event.amount;
  auto rewards = rewards_for(event.customer_id, spent_before, customer.value.spent, context);
  if (!rewards.empty()) outbox[id] = std::move(rewards);
  co_await context.store().save(customer);

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
