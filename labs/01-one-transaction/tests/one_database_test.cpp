#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "customers.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;

namespace {

// A shop with one database and this shelf. At rest every gift must be on the shelf or in an order,
// and `also` must hold.
GiftShop one_database(const Shelf& shelf, Check also = &wrong_answer) {
  auto shop = gift_shop("shop");
  for (const auto& [gift, left] : shelf) shop.with(gift, Stock{left});
  shop.at_rest([shelf, also](const StoreView& view) {
    auto wrong = wrong_count(view, shelf, kOrders);
    if (!wrong) wrong = wrong_answer(view);
    return wrong ? wrong : also(view);
  });
  return shop;
}

explore::Round buys_once(const Cart& cart) {
  return [cart](ProcessContext& context) { return asks_once(&in_one_database, cart, context); };
}

explore::Round buys(const Cart& cart) {
  return [cart](ProcessContext& context) { return asks_again(&in_one_database, cart, 4, context); };
}

}  // namespace

TEST_CASE("a crash never leaves half a sale", "[step1]") {
  auto scenario = one_database({{"porsche", 1}, {"teddy", 1}})
                      .with_client("alice", buys_once({"order-1", {{"porsche", 1}, {"teddy", 1}}}))
                      .with_faults({Fault::crash})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("two customers never buy the same porsche", "[step1]") {
  auto scenario = one_database({{"porsche", 1}}, &porsche_left)
                      .with_client("alice", buys({"order-1", {{"porsche", 1}}}))
                      .with_client("bob", buys({"order-2", {{"porsche", 1}}}))
                      .up_to(0, 2)
                      .and_no_further();  // nobody comes back after a crash

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer does not notice that another one was faster", "[step1]") {
  const auto both_sold = [](const StoreView& view) {
    return not_sold(view, {"order-1", "order-2"});
  };
  auto scenario = one_database({{"porsche", 1}, {"teddy", 2}}, both_sold)
                      .with_client("alice", buys_once({"order-1", {{"teddy", 1}}}))
                      .with_client("bob", buys_once({"order-2", {{"porsche", 1}, {"teddy", 1}}}))
                      .up_to(0, 2)
                      .and_no_further();  // nobody comes back after a crash

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer who asks again after an error gets one order and the right answer",
          "[step1]") {
  auto scenario = one_database({{"porsche", 1}, {"teddy", 2}})
                      .with_client("alice", buys({"order-1", {{"porsche", 1}, {"teddy", 1}}}), true)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer does not notice however often others are faster", "[step1]") {
  const auto sold = [](const StoreView& view) { return not_sold(view, {"order-1"}); };
  auto scenario = one_database({{"porsche", 1}, {"teddy", 5}}, sold)
                      .with_client("alice", buys_once({"order-1", {{"teddy", 2}}}))
                      .with_faults({Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("an order has all that was asked for, whatever it is called", "[step1][given]") {
  const std::map<std::string, int> wanted = {{"porsche", 1}, {"teddy", 2}, {"train", 100}};
  for (const auto& [one, other] : hard_names()) {
    SqliteStore file;
    EntityStore shop(file);
    for (const auto& [gift, count] : wanted) {
      run_inline(file.put(EntityStore::key_of<Stock>(gift), to_json(Stock{3 * count}),
                          Expected::absent()));
    }
    CAPTURE(one, other);
    for (const auto& order : {one, other, one}) {
      CHECK(run_inline(sell(Cart{order, wanted}, shop)) == Answer::sold);
      CHECK(run_inline(shop.load<Order>(order)).value.gifts == wanted);
    }
    for (const auto& [gift, count] : wanted) {
      REQUIRE(run_inline(shop.load<Stock>(gift)).value.left == count);
    }
  }
}

// Who is still buying has bought nothing, and may never do so.
TEST_CASE("a gift is not sold out because another customer is about to buy it", "[.exam]") {
  for (int operation = 1;; ++operation) {
    CAPTURE(operation);
    SqliteStore file;
    EntityStore shop(file);
    run_inline(
        file.put(EntityStore::key_of<Stock>("porsche"), to_json(Stock{1}), Expected::absent()));
    auto answer = Answer::sold_out;
    const auto bob = [&] { answer = run_inline(sell({"order-2", {{"porsche", 1}}}, shop)); };
    Trouble other(operation, once({"bob", bob}));
    auto death = Trouble::death(operation);  // alice's, when bob has gone home
    death.comes_after(other);
    TroubledStore troubled(file, death);
    EntityStore shop_of_alice(troubled);
    try {
      run_inline(sell({"order-1", {{"porsche", 1}}}, shop_of_alice));
    } catch (const Died&) {
    }
    if (!death.met()) break;
    const bool alice_has_it = run_inline(shop.load<Order>("order-1")).exists();
    CHECK(run_inline(shop.load<Order>("order-2")).exists() == !alice_has_it);
    REQUIRE((answer == Answer::sold) == !alice_has_it);
  }
}

// Green from the start: keep it so.
TEST_CASE("an order that cannot be filled takes nothing from the shelf", "[step1][given]") {
  auto scenario = one_database({{"porsche", 5}, {"teddy", 1}})
                      .with_client("alice", buys_once({"order-1", {{"porsche", 1}, {"teddy", 2}}}))
                      .up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds());
}
