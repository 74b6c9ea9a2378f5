// mistake: the outbox has one slot for the customer instead of one for each message
// why: a customer is handled by one handler at a time
// ask: The first payment earned a coupon and its handler died. What does the next payment do with
//   the slot?
// caught by: rewards are earned once whatever is bought meanwhile
// as: lost message

#include "loyalty_handler.hpp"
#include "rewards.hpp"

namespace workshop::shop {

Task<void> handle(const CustomerPaid& event, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto customer = co_await context.store().load<Customer>(event.customer_id);
  auto& outbox = customer.value.outbox;
  const auto& slot = event.customer_id;

  if (customer.value.processed.insert(id).second) {
    const int spent_before = customer.value.spent;
    customer.value.spent += event.amount;
    auto rewards = rewards_for(event.customer_id, spent_before, customer.value.spent, context);
    outbox.erase(slot);
    if (!rewards.empty()) outbox[slot] = std::move(rewards);
    co_await context.store().save(customer);
  }

  const auto entry = outbox.find(slot);
  if (entry == outbox.end()) co_return;
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
