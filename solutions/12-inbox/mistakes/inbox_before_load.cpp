// mistake: the inbox is looked at before the order is loaded
// why: a duplicate then costs one read instead of two, and "check first, work later" reads well
// ask: The other handler finishes between your two reads. What do you know of the inbox, and what
//   of the order? Which of the two is older?
// caught by: two handlers of one payment book it once, without any fault
// as: duplicate effect
#include "payments_handler.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/shop/inbox.hpp"

namespace workshop::shop {

Task<void> handle(const BookPayment& command, HandlerContext& context) {
  const auto id = context.message().id;
  const bool handled = co_await inbox::contains(context, id);
  auto order = co_await context.store().load<Order>(command.order_id);
  if (handled) {
    order = co_await context.store().load<Order>(command.order_id);
    if (order.value.outbox.erase(id.value) > 0) co_await context.store().save(order);
    co_return;
  }

  if (!order.value.outbox.contains(id.value)) {
    order.value.outbox[id.value] = book(command, order.value, context);
    co_await context.store().save(order);
  }

  for (const auto& message : order.value.outbox.at(id.value)) co_await context.publish(message);
  co_await inbox::put(context, id);
  order.value.outbox.erase(id.value);
  co_await context.store().save(order);
}

}  // namespace workshop::shop
