// mistake: a retry decides again, from the sums it finds now
// why: the rewards follow from the payment and the sum, so why store them?
// ask: Which sum does the retry find? Is it the one that the first attempt decided from?
// caught by: rewards are earned once whatever is bought meanwhile
// as: lost message

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

  const int spent = customer.value.spent;
  const auto outgoing = rewards_for(event.customer_id, spent - event.amount, spent, context);
  for (const auto& message : outgoing) co_await context.publish(message);
}

}  // namespace workshop::shop
