// mistake: all messages of an entry go to the topic of the first
// why: they are one entry, so they belong together
// ask: Who waits for gold cards, and where?
// caught by: a reward says whose it is and what for, to those who wait for it
// as: assertion

#include "loyalty_handler.hpp"
#include "rewards.hpp"

namespace workshop::shop {

Task<void> handle(const CustomerPaid& event, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto customer = co_await context.store().load<Customer>(event.customer_id);
  auto& outbox = customer.value.outbox;

  if (customer.value.processed.insert(id).second) {
    const int spent_before = customer.value.spent;
    customer.value.spent += event.amount;
    auto rewards = rewards_for(event.customer_id, spent_before, customer.value.spent, context);
    if (!rewards.empty()) outbox[id] = std::move(rewards);
    // One compare-and-swap: the sum, that it has this payment, and what the payment has earned.
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;  // it earned nothing, or everything was sent

  // What is stored, not what would be decided now.
  const auto topic = entry->second.front().type;
  for (const auto& message : entry->second) co_await context.broker().publish(topic, message);

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
