// mistake: the messages are saved before the sum, in a write of their own
// why: what is in the outbox cannot get lost any more
// ask: The process dies after the first write. Which sum was decided from, and which sum does the
//   retry decide from?
// caught by: rewards are earned once whatever is bought meanwhile
// as: duplicate effect

#include "loyalty_handler.hpp"
#include "rewards.hpp"

namespace workshop::shop {

Task<void> handle(const CustomerPaid& event, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto customer = co_await context.store().load<Customer>(event.customer_id);
  auto& outbox = customer.value.outbox;

  if (!customer.value.processed.contains(id)) {
    const int spent_after = customer.value.spent + event.amount;
    auto rewards = rewards_for(event.customer_id, customer.value.spent, spent_after, context);
    if (!rewards.empty()) {
      outbox[id] = std::move(rewards);
      co_await context.store().save(customer);
    }
    customer.value.processed.insert(id);
    customer.value.spent = spent_after;
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
