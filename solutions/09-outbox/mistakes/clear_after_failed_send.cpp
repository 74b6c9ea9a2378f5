// mistake: a send that fails is caught, and the outbox is cleared all the same
// why: a reward is not worth a failing handler
// ask: What do you know after the exception: was the message sent? And what do you know after the
//   clearing?
// caught by: the coupon survives a dropped send and what is bought before the retry
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
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(id);
  if (entry == outbox.end()) co_return;
  for (const auto& message : entry->second) {
    try {
      co_await context.publish(message);
    } catch (const Error&) {
    }
  }

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
