// mistake: the cart is marked whatever its version, and the order lies under an id of its own
// why: the flag was checked a line before
// ask: Two requests have read "open". What stops the second one?
// caught by: two clicks on submit make one order
// as: duplicate effect

#include "submit.hpp"

namespace workshop::shop {

Task<void> submit(std::string cart_id, EntityStore& shop) {
  auto cart = co_await shop.load<Cart>(cart_id);
  if (cart.value.state == kSubmitted) co_return;

  cart.value.state = kSubmitted;
  co_await shop.documents().put(cart.key, to_json(cart.value), Expected::any());
  Entity<Order> order{EntityStore::key_of<Order>(MessageId::random().value)};
  order.value.gifts = cart.value.gifts;
  co_await shop.save(order);
}

Task<void> handle(const SendSubmitOrder& command, HandlerContext& context) {
  auto cart = co_await context.store().load<Cart>(command.cart_id);
  // Done, by another click or an earlier attempt. An exception would bring the message back for
  // ever.
  if (cart.value.state == kSubmitted) co_return;

  if (cart.value.state != kAccepted) {
    cart.value.state = kAccepted;
    cart.value.ordered = cart.value.gifts;  // from here on the order's gifts do not change
    co_await context.store().save(cart);
  }

  // Whoever comes by sends it: the same gifts, under an id that belongs to the cart.
  co_await context.send("orders", SubmitOrder{command.cart_id, cart.value.ordered},
                        MessageId::from_name("SubmitOrder of " + command.cart_id));

  cart.value.state = kSubmitted;
  co_await context.store().save(cart);
}

}  // namespace workshop::shop
