// mistake: the outbox is cleared by a write without a version
// why: clearing is mere cleaning up: it should not fail because somebody else was faster
// ask: What else is in the document that you write, and from when is it?
// caught by: clearing the outbox spoils nothing for another payment
// as: lost effect

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
  co_await context.store().documents().put(customer.key, to_json(customer.value), Expected::any());
}

}  // namespace workshop::shop
