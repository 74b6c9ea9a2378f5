// mistake: SubmitOrder is sent, then the cart is submitted
// why: the same id again does no harm, so sending may be repeated
// ask: The save fails because the customer has changed the cart. What has been ordered?
// caught by: no order leaves before its cart is accepted
// as: premature message

#include "submit.hpp"

namespace workshop::shop {

Task<void> submit(std::string cart_id, EntityStore& shop) {
  auto cart = co_await shop.load<Cart>(cart_id);
  if (cart.value.state == kSubmitted) co_return;

  // Two clicks, one batch that wins: the cart is as we read it, and it has no order yet.
  cart.value.state = kSubmitted;
  co_await shop.documents().batch(
      cart_id,
      {StoreOperation::put(cart.key, to_json(cart.value), Expected::version(*cart.version)),
       StoreOperation::put(EntityStore::key_of<Order>(cart_id), to_json(Order{cart.value.gifts}),
                           Expected::absent())});
}

Task<void> handle(const SendSubmitOrder& command, HandlerContext& context) {
  auto cart = co_await context.store().load<Cart>(command.cart_id);
  if (cart.value.state == kSubmitted) co_return;
  co_await context.send("orders", SubmitOrder{command.cart_id, cart.value.gifts},
                        MessageId::from_name("SubmitOrder of " + command.cart_id));
  cart.value.ordered = cart.value.gifts;
  cart.value.state = kSubmitted;
  co_await context.store().save(cart);
}

}  // namespace workshop::shop
