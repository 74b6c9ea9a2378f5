#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstddef>

#include "orders.hpp"
#include "services.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// How often this cart has become an order: all gifts in the customer's orders, divided by the gifts
// in the cart.
int times_ordered(const StoreView& view, const SubmitOrder& cart) {
  std::size_t gifts_count = 0;
  for (const auto& document : view.documents()) {
    if (document.key.id != type_name<Order>()) continue;
    const auto order = from_json<Order>(document.body);
    if (order.customer == cart.customer) gifts_count += order.gifts.size();
  }
  return static_cast<int>(gifts_count / cart.gifts.size());
}

// Ann's cart in the queue of the service `orders`, which runs in `processes_count` processes.
GiftShop submitted_cart(int processes_count) {
  auto shop = gift_shop("orders");
  shop.effect<SubmitOrder>("turned into an order", times_ordered)
      .deliver(SubmitOrder{"cart-1", "Ann", {"teddy", "train"}}, to_handlers(0));
  for (int i = 1; i <= processes_count; ++i) {
    shop.scenario().processes.push_back(
        {"orders-" + std::to_string(i), "orders", "orders", &run_orders});
  }
  return shop;
}

}  // namespace

TEST_CASE("a cart becomes an order although its handler dies", "[step1]") {
  auto scenario = submitted_cart(1).with_faults({Fault::crash});

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("nobody hears of an order that is not there", "[step1]") {
  auto scenario = submitted_cart(1).with_faults({Fault::crash});

  REQUIRE_EXPLORED(scenario.holds(no_premature_message, no_ghost_message));
}

TEST_CASE("every order is told of, whatever fails", "[step1]") {
  auto scenario = submitted_cart(1).emits<OrderSubmitted, SubmitOrder>().with_faults(
      {Fault::crash, Fault::refused, Fault::unanswered});

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("a cart becomes one order, however often it is delivered", "[step1]") {
  auto scenario = submitted_cart(2).emits<OrderSubmitted, SubmitOrder>().with_faults(
      {Fault::crash, Fault::duplicate, Fault::lease_expiry});

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("a round takes one message, and what was handled is gone", "[step1]") {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  SqliteStore store;
  run_inline(broker.send("orders", make_message(SubmitOrder{"cart-1", "Ann", {"teddy"}})));
  run_inline(broker.send("orders", make_message(SubmitOrder{"cart-2", "Bob", {"train"}})));

  INFO("two carts are in the queue; then three rounds, of which the last finds nothing");
  CHECK(run_inline(receive_and_handle(store, broker)));
  CHECK(broker.messages("orders").size() == 1);
  CHECK(run_inline(receive_and_handle(store, broker)));
  CHECK(broker.messages("orders").empty());
  CHECK_FALSE(run_inline(receive_and_handle(store, broker)));

  const auto order = store.find(EntityStore::key_of<Order>("cart-2"));
  REQUIRE(order.has_value());
  CHECK(from_json<Order>(order->body).customer == "Bob");
  CHECK(from_json<Order>(order->body).gifts == std::vector<std::string>{"train"});
  CHECK(store.find(EntityStore::key_of<Order>("cart-1")).has_value());
}

TEST_CASE("a cart that was sent twice is told of under one id", "[step1]") {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  broker.declare_queue("warehouse");
  broker.subscribe("OrderSubmitted", "warehouse");
  SqliteStore store;
  const SubmitOrder cart{"cart-1", "Ann", {"teddy"}};
  run_inline(broker.send("orders", make_message(cart)));  // the second message: Ann pressed twice
  run_inline(broker.send("orders", make_message(cart)));

  for (int round = 1; round <= 2; ++round) run_inline(receive_and_handle(store, broker));
  const auto told = broker.messages("warehouse");
  REQUIRE_FALSE(told.empty());
  for (const auto& event : told) {
    CHECK(event.message->id == event_id(cart));
    CHECK(payload_of<OrderSubmitted>(*event.message).order_id == "cart-1");
  }
}

TEST_CASE("a round that fails says so, and its message stays", "[step1]") {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  UnreachableStore store;
  run_inline(broker.send("orders", make_message(SubmitOrder{"cart-1", "Ann", {"teddy"}})));

  CHECK_THROWS_AS(run_inline(receive_and_handle(store, broker)), Unavailable);
  CHECK(broker.messages("orders").size() == 1);
}
