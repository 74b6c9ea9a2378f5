#include "payments_handler.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  // The id is saved with the amount, by one compare-and-swap.
  if (!order.value.processed.insert(context.message().id.value).second) co_return;
  order.value.paid += command.amount;

  co_await context.store().save(order);
}

}  // namespace workshop::shop
