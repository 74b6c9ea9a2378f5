// mistake: one message of the entry is sent, and the entry is cleared
// why: there has only ever been one message in an entry
// ask: Sum 95, and a payment of 1000 coins: what does it earn?
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
  co_await context.publish(entry->second.front());

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
