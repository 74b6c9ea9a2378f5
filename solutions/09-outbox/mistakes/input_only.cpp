// mistake: what is sent follows from the incoming message alone
// why: the message never changes, so every attempt decides the same
// ask: Two payments of 60 coins: what does the first one earn, what the second? Do the messages say
//   so?
// caught by: the coupon survives a dropped send and what is bought before the retry
// as: assertion

#include "loyalty_handler.hpp"
#include "rewards.hpp"

namespace workshop::shop {

Task<void> handle(const CustomerPaid& event, HandlerContext& context) {
  const auto id = context.message().id.value;
  auto customer = co_await context.store().load<Customer>(event.customer_id);

  if (customer.value.processed.insert(id).second) {
    customer.value.spent += event.amount;
    co_await context.store().save(customer);
  }

  const auto outgoing = rewards_for(event.customer_id, 0, event.amount, context);
  for (const auto& message : outgoing) co_await context.publish(message);
}

}  // namespace workshop::shop
