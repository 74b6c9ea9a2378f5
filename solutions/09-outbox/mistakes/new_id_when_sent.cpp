// mistake: a stored message gets its id when it is sent
// why: ids belong to sending, not to storing
// ask: The coupon was sent and the process died before the outbox was cleared. How do receivers
//   tell that the second coupon is the first?
// caught by: rewards are earned once whatever is bought meanwhile
// as: duplicate effect

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
  for (auto message : entry->second) {
    message.id = MessageId::random();
    co_await context.publish(message);
  }

  outbox.erase(entry);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
