#include "payments_handler.hpp"

#include "workshop/core/todo.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);

  // TODO(step 1): add the payment, once.
  todo(1, "add the payment of " + command.order_id + ", once");

  co_await context.store().save(order);
}

}  // namespace workshop::shop
