#include "submit.hpp"

namespace workshop::shop {

Task<void> submit(std::string cart_id, EntityStore& shop) {
  auto cart = co_await shop.load<Cart>(cart_id);
  if (cart.value.state == kSubmitted) co_return;

  // TODO(step 1): order and cart must be written together, and a cart must have one order.
  //   Documents of one partition can be written together: shop.documents().batch(…)
  Entity<Order> order{EntityStore::key_of<Order>(MessageId::random().value)};
  order.value.gifts = cart.value.gifts;
  co_await shop.save(order);

  cart.value.state = kSubmitted;
  co_await shop.save(cart);
}

Task<void> handle(const SendSubmitOrder& command, HandlerContext& context) {
  auto cart = co_await context.store().load<Cart>(command.cart_id);
  // TODO(step 2): what if this is a second click, or a retry?
  if (cart.value.state == kSubmitted) throw InvalidRequest("this cart was submitted before");

  cart.value.state = kSubmitted;
  co_await context.store().save(cart);

  // TODO(step 2): what if the process crashes here? A retry has to send the same gifts, under the
  //   same id.
  co_await context.send("orders", SubmitOrder{command.cart_id, cart.value.gifts},
                        MessageId::random());
}

}  // namespace workshop::shop
