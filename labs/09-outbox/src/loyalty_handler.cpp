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

  // TODO(step 1): a retry must send exactly what was decided when the payment was added.
  const int spent = customer.value.spent;
  const auto outgoing = rewards_for(event.customer_id, spent - event.amount, spent, context);
  for (const auto& message : outgoing) co_await context.publish(message);

  // TODO(step 2): messages that were sent must not stay in the outbox.
}

}  // namespace workshop::shop
