// mistake: the coupon is made out to the message's id, not to the customer's
// why: `id` is at hand, and it is a string as well
// ask: Who gets a coupon that is made out to m1?
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
    auto rewards = rewards_for(id, spent_before, customer.value.spent, context);
    if (!rewards.empty()) outbox[id] = std::move(rewards);
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
