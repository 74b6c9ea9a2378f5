// mistake: the ids are stored, and the bodies are made again when they are sent
// why: an id is small and a body can always be made again
// ask: What is printed on the coupon of the first attempt, and what on that of the retry?
// caught by: a coupon that is sent again is the coupon that was sent before
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
  for (const auto& stored : entry->second) {
    if (stored.type == type_name<GrantCoupon>()) {
      co_await context.publish(GrantCoupon{event.customer_id, customer.value.spent}, stored.id);
    } else {
      co_await context.publish(SendGoldCard{event.customer_id}, stored.id);
    }
  }

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
