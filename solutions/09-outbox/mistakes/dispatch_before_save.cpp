// mistake: the messages are sent before the customer is saved
// why: the outbox needs to be saved only if sending fails
// ask: The save loses against another payment. Who has the coupon by then?
// caught by: no reward leaves before its payment is saved
// as: premature message

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
    for (const auto& message : rewards) co_await context.publish(message);
    co_await context.store().save(customer);
  }
  outbox.erase(id);
}

}  // namespace workshop::shop
