// mistake: a conflict when the outbox is cleared is caught and forgotten
// why: the messages are sent: whether the entry goes now or later does not matter
// ask: When is "later"? Who comes back to this entry after the message is acknowledged?
// caught by: clearing the outbox spoils nothing for another payment
// as: garbage

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
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  try {
    co_await context.store().save(customer);
  } catch (const VersionConflict&) {
  }
}

}  // namespace workshop::shop
