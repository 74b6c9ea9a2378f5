#include "workshop/shop/situations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <set>
#include <string>

#include "counter.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const Gifts kManyGifts = {{"Porsche", 1}, {"train", 2}, {"teddy", 100}, {"book", 1}, {"ball", 3}};

// A click of step 1 as a message, so that it is repeated after an error.
Task<void> click(const SendSubmitOrder& command, HandlerContext& context) {
  co_await submit(command.cart_id, context.store());
}

std::optional<Violation> not_one_order(const StoreView& shop) {
  int count = 0;
  Gifts ordered;
  for (const auto& document : shop.documents()) {
    if (document.key.id != type_name<Order>()) continue;
    ++count;
    ordered = from_json<Order>(document.body).gifts;
  }
  if (count == 1 && ordered == kManyGifts) return std::nullopt;
  return Violation{count > 1 ? "duplicate effect" : "lost effect",
                   "cart-1 becomes one order: " + to_json(kManyGifts),
                   std::to_string(count) + " orders, the last one " + to_json(ordered)};
}

GiftShop front_with_many_gifts() {
  return gift_shop("shop")
      .handles<SendSubmitOrder>(&handle)
      .with("cart-1", Cart{kManyGifts, kOpen, {}})
      .leftover<Cart>(unfinished)
      .at_rest(not_one_order);
}

// A database that reads nothing for now.
class UnreadableStore final : public SqliteStore {
 public:
  Task<std::optional<Document>> get(Key) override { throw Unavailable("try again later"); }
};

}  // namespace

TEST_CASE("no error of the request is swallowed, however long it lasts", "[step1]") {
  auto scenario = gift_shop("shop")
                      .on_store(Profile::cosmos())
                      .handles<SendSubmitOrder>(&click)
                      .with("cart-1", Cart{kManyGifts, kOpen, {}})
                      .leftover<Cart>(unfinished)
                      .at_rest(not_one_order)
                      .deliver(SendSubmitOrder{"cart-1"})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("a cart that is not there becomes no order", "[step1]") {
  SqliteStore store;
  EntityStore shop(store);

  CHECK_THROWS_AS(run_inline(submit("cart-of-nobody", shop)), InvalidRequest);
  CHECK(store.documents().empty());
}

TEST_CASE("a cart that cannot be read is not said to be missing", "[.exam]") {
  UnreadableStore store;
  EntityStore shop(store);

  CHECK_THROWS_AS(run_inline(submit("cart-1", shop)), Unavailable);
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step2]") {
  auto shop = front_with_many_gifts().deliver(SendSubmitOrder{"cart-1"});
  auto& scenario = with_orders(shop).with_faults({Fault::outage, Fault::busy}).up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("a handler that outlives its lease leaves nothing to one that is dead", "[.exam]") {
  auto shop = front_with_many_gifts().deliver(SendSubmitOrder{"cart-1"}, to_handlers(2));
  auto& scenario = with_orders(shop).with_faults({Fault::lease_expiry, Fault::crash}).up_to(2, 2);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("carts whose ids look alike are orders of their own", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    Counter counter;
    CAPTURE(one, other);
    for (const auto& id : {one, other}) counter.has(id, Cart{kManyGifts, kOpen, {}});
    for (const auto& id : {one, other}) counter.take(id);
    REQUIRE(counter.sent().size() == 2);
    REQUIRE(counter.ids_count() == 2);
    for (const auto& order : counter.sent()) CHECK(order.gifts == kManyGifts);
  }
}

TEST_CASE("what was accepted is ordered, even if it was nothing", "[.exam]") {
  Counter counter;
  counter.has("cart-1", Cart{{{"train", 1}}, kAccepted, {}});
  counter.take("cart-1");
  REQUIRE(counter.sent().size() == 1);
  CHECK(counter.sent().front().gifts.empty());
}
