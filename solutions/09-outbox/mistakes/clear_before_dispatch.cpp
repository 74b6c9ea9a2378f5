// mistake: the outbox is cleared before its messages are sent
// why: then nobody else sends them too, and the messages are still in a variable
// ask: The process dies right after the clearing. Where are the messages now?
// caught by: rewards are earned once whatever is bought meanwhile
// as: lost message

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
  const auto outgoing = entry->second;

  outbox.erase(entry);
  co_await context.store().save(customer);

  for (const auto& message : outgoing) co_await context.publish(message);
}

}  // namespace workshop::shop
