#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "submit.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace workshop::shop {

// The page that told the customer that the gift is in the cart.
struct Shown {
  bool in_cart = false;
};
// What somebody has seen who looked at the cart, its order, and the cart again.
struct Seen {
  bool ordered_but_open = false;
  bool submitted_but_not_ordered = false;
  bool other_gifts = false;
};
BOOST_DESCRIBE_STRUCT(Shown, (), (in_cart))
BOOST_DESCRIBE_STRUCT(Seen, (), (ordered_but_open, submitted_but_not_ordered, other_gifts))

}  // namespace workshop::shop

namespace {

// A customer who clicks, and clicks again when the page shows an error.
Task<void> click(EntityStore& shop, Broker&) {
  for (bool ordered = false; !ordered;) {
    try {
      co_await submit("cart-1", shop);
      ordered = true;
    } catch (const Error&) {
    }
  }
}

// Meanwhile, in another tab.
Task<void> one_more_gift(EntityStore& shop, Broker&) {
  for (bool ended = false; !ended;) {
    try {
      const bool added = co_await add_gift("cart-1", "teddy bear", shop);
      auto shown = co_await shop.load<Shown>("customer");
      shown.value.in_cart = added || shown.value.in_cart;
      co_await shop.save(shown);
      ended = true;
    } catch (const Error&) {
    }
  }
}

// Whoever looks while the customer clicks. Notes only what cannot be.
Task<void> look(EntityStore& shop, Broker&) {
  const auto before = co_await shop.load<Cart>("cart-1");
  const auto order = co_await shop.load<Order>("cart-1");
  const auto after = co_await shop.load<Cart>("cart-1");
  Entity<Seen> seen{EntityStore::key_of<Seen>("somebody")};
  seen.value.submitted_but_not_ordered = before.value.state == kSubmitted && !order.exists();
  seen.value.ordered_but_open = order.exists() && after.value.state != kSubmitted;
  seen.value.other_gifts =
      order.exists() && after.value.state == kSubmitted && order.value.gifts != after.value.gifts;
  if (to_json(seen.value) != to_json(Seen{})) co_await shop.save(seen);
}

std::string words_for(const Gifts& gifts) { return to_json(gifts); }

// There is one order, the cart is submitted, and both have the same gifts.
std::optional<Violation> order_and_cart_differ(const StoreView& shop) {
  int orders_count = 0;
  Gifts ordered;
  for (const auto& document : shop.documents()) {
    if (document.key.id != "Order") continue;
    ++orders_count;
    ordered = from_json<Order>(document.body).gifts;
  }
  if (orders_count != 1) {
    return Violation{orders_count == 0 ? "lost effect" : "duplicate effect",
                     "cart-1 becomes one order", std::to_string(orders_count) + " orders"};
  }
  const auto cart = *shop.entity<Cart>("cart-1");
  if (cart.state != kSubmitted) {
    return Violation{"lost effect", "cart-1 is submitted",
                     "its order is there, and the cart does not know of it"};
  }
  if (cart.gifts != ordered) {
    return Violation{"lost effect", "all gifts of cart-1 are ordered: " + words_for(cart.gifts),
                     "ordered: " + words_for(ordered)};
  }
  return std::nullopt;
}

// What the customer was shown is ordered.
std::optional<Violation> shown_gift_not_ordered(const StoreView& shop) {
  const auto shown = shop.entity<Shown>("customer");
  const auto cart = *shop.entity<Cart>("cart-1");
  if (!shown || !shown->in_cart || cart.gifts.contains("teddy bear")) return std::nullopt;
  return Violation{"lost effect", "the teddy bear that was added to the cart is ordered",
                   "cart and order have " + words_for(cart.gifts)};
}

// Nobody has seen a cart and an order that contradict each other.
std::optional<Violation> half_an_order_seen(const StoreView& shop) {
  const auto seen = shop.entity<Seen>("somebody");
  if (!seen) return std::nullopt;
  return Violation{"half an order",
                   "a cart is submitted exactly when its order lies under cart-1, with its gifts",
                   seen->submitted_but_not_ordered ? "a submitted cart without an order"
                   : seen->ordered_but_open        ? "an order, and its cart is open"
                                                   : "an order with other gifts than its cart"};
}

GiftShop clicks() {
  return gift_shop("shop")
      .on_store(Profile::cosmos())
      .with("cart-1", Cart{{{"Porsche", 1}, {"train", 2}}, kOpen, {}})
      .with_process("click", &click)
      .at_rest(order_and_cart_differ);
}

}  // namespace

TEST_CASE("two clicks on submit make one order", "[step1]") {
  auto scenario = clicks().with_process("click again", &click).up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("cart and order agree, wherever a request ends", "[step1]") {
  auto scenario = clicks()
                      .with_process("click again", &click)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("whoever looks in between sees a submitted cart and its order or neither", "[step1]") {
  auto scenario = clicks().with_process("look", &look).at_rest(half_an_order_seen).up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a gift that is added during the click is ordered or refused", "[step1]") {
  auto scenario = clicks()
                      .with_process("customer", &one_more_gift)
                      .at_rest(shown_gift_not_ordered)
                      .with_faults({Fault::crash, Fault::unanswered})
                      .up_to(1, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}
