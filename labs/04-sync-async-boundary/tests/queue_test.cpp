#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "counter.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// The gifts in the carts at the start.
const Gifts kGifts = {{"Porsche", 1}, {"train", 2}};

// The customer goes on shopping in another tab.
Task<void> one_more_wish(EntityStore& shop, Broker&) {
  for (bool ended = false; !ended;) {
    try {
      co_await wish("cart-1", "teddy bear", shop);
      ended = true;
    } catch (const Error&) {
    }
  }
}

std::optional<Violation> no_order_contradicted(const StoreView& shop) {
  for (const auto& document : shop.documents()) {
    if (document.key.id != "Order" || !from_json<Order>(document.body).contradicted) continue;
    return Violation{"inconsistent output", "one id always carries the same contents",
                     "other contents came under the id of the order"};
  }
  return std::nullopt;
}

// "orders" has one order of this cart, with its gifts, and perhaps with the gift that is added
// meanwhile.
std::optional<Violation> orders_of_cart_differ(const StoreView& shop, const std::string& cart_id) {
  if (auto violation = no_order_contradicted(shop)) return violation;
  int orders_count = 0;
  Gifts ordered;
  for (const auto& document : shop.documents()) {
    if (document.key.id != "Order") continue;
    const auto order = from_json<Order>(document.body);
    if (order.cart_id != cart_id) continue;
    ++orders_count;
    ordered = order.gifts;
  }
  if (orders_count != 1) {
    return Violation{orders_count == 0 ? "lost effect" : "duplicate effect",
                     cart_id + " becomes one order", std::to_string(orders_count) + " orders"};
  }
  ordered.erase("teddy bear");
  if (ordered == kGifts) return std::nullopt;
  return Violation{"lost effect", "what lay in " + cart_id + " is ordered: " + to_json(kGifts),
                   "ordered: " + to_json(ordered)};
}

std::optional<Violation> orders_of_cart_1_differ(const StoreView& shop) {
  return orders_of_cart_differ(shop, "cart-1");
}

// Two customers want the same gifts; these are still two orders.
std::optional<Violation> orders_of_two_carts_differ(const StoreView& shop) {
  if (auto violation = orders_of_cart_differ(shop, "cart-1")) return violation;
  return orders_of_cart_differ(shop, "cart-2");
}

// The order has the gifts that the cart has recorded, and no gift has vanished from the cart.
std::optional<Violation> orders_or_wishes_differ(const StoreView& shop) {
  if (auto violation = orders_of_cart_1_differ(shop)) return violation;
  const auto cart = *shop.entity<Cart>("cart-1");
  for (const auto& document : shop.documents()) {
    if (document.key.id != "Order") continue;
    const auto order = from_json<Order>(document.body);
    if (order.gifts == cart.ordered) continue;
    return Violation{
        "inconsistent output", "what is ordered stands in the cart, as `ordered`",
        "ordered: " + to_json(order.gifts) + ", in the cart: " + to_json(cart.ordered)};
  }
  if (cart.gifts.contains("teddy bear")) return std::nullopt;
  return Violation{"lost effect", "the customer's teddy bear is in the cart",
                   "the cart has " + to_json(cart.gifts)};
}

GiftShop front() {
  return gift_shop("shop").handles<SendSubmitOrder>(&handle).with("cart-1",
                                                                  Cart{kGifts, kOpen, {}});
}

// Two handlers of one click, while the customer wants one more.
GiftShop wished_for_meanwhile(GiftShop shop) {
  return shop.deliver(SendSubmitOrder{"cart-1"}, to_handlers(2))
      .emits<SubmitOrder, SendSubmitOrder>()
      .commits_by_saving<Cart>()
      .with_process("customer", &one_more_wish)
      .and_endpoint("orders")
      .up_to(2, 1);
}
}  // namespace

TEST_CASE("two clicks are one order, whatever happens to their handlers", "[step2]") {
  auto shop = front();
  shop.deliver(SendSubmitOrder{"cart-1"}, to_handlers(2))
      .deliver(SendSubmitOrder{"cart-1"}, to_handlers(2))
      .at_rest(orders_of_cart_1_differ);
  auto& scenario = with_orders(shop).up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("two carts are two orders", "[step2][given]") {
  auto shop = front();
  shop.with("cart-2", Cart{kGifts, kOpen, {}})
      .deliver(SendSubmitOrder{"cart-1"})
      .deliver(SendSubmitOrder{"cart-2"})
      .all_messages_at_once()
      .emits_in_all<SubmitOrder>(2)
      .at_rest(orders_of_two_carts_differ);
  auto& scenario = with_orders(shop).up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("a click is an order in the end, whatever happens to the handler", "[step2]") {
  auto shop = front();
  shop.deliver(SendSubmitOrder{"cart-1"}, to_handlers(2))
      .at_rest(orders_of_cart_1_differ)
      .leftover<Cart>(unfinished)
      .with_faults(
          {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused, Fault::unanswered});
  auto& scenario = with_orders(shop).up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("a retry orders the same gifts whatever the customer does meanwhile", "[step2]") {
  auto shop = front();
  shop.deliver(SendSubmitOrder{"cart-1"})
      .with_process("customer", &one_more_wish)
      .at_rest(orders_or_wishes_differ)
      .leftover<Cart>(unfinished)
      .with_faults({Fault::crash, Fault::refused, Fault::unanswered});
  auto& scenario = with_orders(shop).up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("no order leaves before its cart is accepted", "[step2]") {
  auto scenario = wished_for_meanwhile(front());

  REQUIRE_EXPLORED(scenario.holds(no_ghost_message, no_premature_message, no_lost_message));
}

// An empty cart looks as if it was accepted already.
TEST_CASE("no order leaves before its cart is accepted, though there is nothing in it", "[.exam]") {
  auto scenario = wished_for_meanwhile(
      gift_shop("shop").handles<SendSubmitOrder>(&handle).with("cart-1", Cart{}));

  REQUIRE_EXPLORED(scenario.holds(no_ghost_message, no_premature_message, no_lost_message));
}

TEST_CASE("a click on a submitted cart is done silently", "[step2]") {
  auto scenario = gift_shop("shop")
                      .handles<SendSubmitOrder>(&handle)
                      .with("cart-1", Cart{kGifts, kSubmitted, kGifts})
                      .deliver(SendSubmitOrder{"cart-1"})
                      .emits_in_all<SubmitOrder>(0)
                      .and_endpoint("orders");

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}
