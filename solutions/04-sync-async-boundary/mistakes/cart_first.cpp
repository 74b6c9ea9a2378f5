// mistake: two writes: the cart is submitted, then the order is made
// why: first reserve it, then work
// ask: The process dies between the two writes. What does the next click see?
// caught by: cart and order agree, wherever a request ends
// as: lost effect

#include "submit.hpp"

namespace workshop::shop {

Task<void> submit(std::string cart_id, EntityStore& shop) {
  auto cart = co_await shop.load<Cart>(cart_id);
  if (cart.value.state == kSubmitted) co_return;

  cart.value.state = kSubmitted;
  co_await shop.save(cart);
  Entity<Order> order{EntityStore::key_of<Order>(cart_id), Order{cart.value.gifts}, {}};
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
