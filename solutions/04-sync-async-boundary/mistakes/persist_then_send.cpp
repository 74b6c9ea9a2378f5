// mistake: the cart is submitted, then SubmitOrder is sent
// why: nothing is sent that is not saved
// ask: The process dies in between. Who sends it?
// caught by: a click is an order in the end, whatever happens to the handler
// as: lost effect

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
  cart.value.ordered = cart.value.gifts;
  cart.value.state = kSubmitted;
  co_await context.store().save(cart);
  co_await context.send("orders", SubmitOrder{command.cart_id, cart.value.ordered},
                        MessageId::from_name("SubmitOrder of " + command.cart_id));
}

}  // namespace workshop::shop
