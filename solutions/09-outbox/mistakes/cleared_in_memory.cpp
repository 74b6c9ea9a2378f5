// mistake: the outbox is cleared in memory and not saved
// why: the next save of this customer will take it along
// ask: The next handler loads the customer. Which outbox does it find?
// caught by: nothing is left in the outbox and no coupon is lost by clearing it
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
}

}  // namespace workshop::shop
