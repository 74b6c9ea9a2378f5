// mistake: the customer remembers the last ten messages
// why: a document that grows for ever is no solution, and copies come soon
// ask: Which broker promises that the eleventh does not come again?
// caught by: a payment is known again after many others
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
    auto& processed = customer.value.processed;
    while (processed.size() > 10) processed.erase(processed.begin());
    // One compare-and-swap: the sum, that it has this payment, and what the payment has earned.
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;  // it earned nothing, or everything was sent

  // What is stored, not what would be decided now.
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
