// mistake: the processed id is removed together with the outbox entry
// why: the message is done with: why remember anything of it?
// ask: It is done with for you. Does the broker know that already?
// caught by: a payment is added once however often it is delivered
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
  for (const auto& message : entry->second) co_await context.publish(message);

  outbox.erase(entry);
  customer.value.processed.erase(id);
  co_await context.store().save(customer);
}

}  // namespace workshop::shop
