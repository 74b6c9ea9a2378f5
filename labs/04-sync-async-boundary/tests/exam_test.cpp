// What `prove` looks at besides: names, counts, numbers of lines, old deliveries.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "counter.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/sent_ids.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/child_process.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// Gifts as a customer may want them: none, some that look alike, many, and each count.
std::vector<Gifts> wishes() {
  std::vector<Gifts> wishes = {{}, {}, {}};
  for (const auto& [one, other] : hard_names()) wishes[1].insert({{one, 1}, {other, 2}});
  for (int i = 1; i <= kMoreThanAnybodyCounts; ++i) wishes[2]["gift-" + std::to_string(i)] = i;
  for (const int count : hard_amounts()) wishes.push_back({{"teddy", count}, {"train", 1}});
  return wishes;
}

// A database in which each cart is there, and open.
class EveryCart final : public SqliteStore {
 public:
  Task<std::optional<Document>> get(Key key) override {
    co_return Document{std::move(key), body_, Version{"1"}};
  }
  Task<Version> put(Key, std::string, Expected) override { co_return Version{"1"}; }

 private:
  const std::string body_ = to_json(Cart{{{"train", 1}}, kOpen, {}});
};

// Of the message that orders what is in this cart.
std::string id_of_order(const std::string& cart_id) {
  EveryCart store;
  SentIds broker;
  const SendSubmitOrder command{cart_id};
  HandlerContext context("shop", Delivery{"shop", make_message(command), {}, 1}, store, broker);
  run_inline(handle(command, context));
  return broker.ids.empty() ? "none" : *broker.ids.begin();
}

}  // namespace

TEST_CASE("what lies in the cart is ordered, whatever it is", "[.exam]") {
  for (const auto& gifts : wishes()) {
    for (const auto* state : {kOpen, kAccepted}) {  // only what is submitted has an order
      CAPTURE(to_json(gifts), state);
      Counter counter;
      counter.has("cart-1", Cart{gifts, state, {}});
      counter.click("cart-1");
      REQUIRE(counter.order("cart-1"));
      CHECK(counter.order("cart-1")->gifts == gifts);
      CHECK(counter.cart("cart-1").state == kSubmitted);
      REQUIRE(counter.cart("cart-1").gifts == gifts);
    }
  }
}

TEST_CASE("what lay in the cart is sent, whatever it is", "[.exam]") {
  for (const auto& gifts : wishes()) {
    CAPTURE(to_json(gifts));
    Counter counter;
    counter.has("cart-1", gifts);
    counter.take("cart-1");
    REQUIRE(counter.sent().size() == 1);
    CHECK(counter.sent().front().gifts == gifts);
    CHECK(counter.cart("cart-1").ordered == gifts);
    CHECK(counter.cart("cart-1").gifts == gifts);
    REQUIRE(counter.cart("cart-1").state == kSubmitted);
  }
}

TEST_CASE("what was accepted is sent, however large it is", "[.exam]") {
  Gifts large;  // more than a megabyte
  for (int i = 1; i <= 100; ++i) large[std::string(11'000, 'g') + std::to_string(i)] = i;
  Counter counter;
  counter.has("cart-1", Cart{{}, kAccepted, large});  // and the customer wants none of it any more
  counter.take("cart-1");
  REQUIRE(counter.sent().size() == 1);
  CHECK(counter.sent().front().gifts == large);
  CHECK(counter.cart("cart-1").state == kSubmitted);
}

TEST_CASE("each cart is ordered as it is called", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    Counter counter;
    counter.has(one, {{"train", 1}});
    counter.has(other, {{"teddy", 2}});
    counter.click(one);
    CHECK_FALSE(counter.order(other));
    CHECK(counter.cart(other).state == kOpen);
    counter.click(other);
    REQUIRE(counter.order(one));
    CHECK(counter.order(one)->gifts == Gifts{{"train", 1}});
    REQUIRE(counter.order(other));
    REQUIRE(counter.order(other)->gifts == Gifts{{"teddy", 2}});

    Counter sender;
    sender.has(one, {{"train", 1}});
    sender.has(other, {{"teddy", 2}});
    for (const auto& id : {one, other}) sender.take(id);
    const auto sent = sender.sent();
    REQUIRE(sent.size() == 2);
    CHECK(sent[0].cart_id == one);
    CHECK(sent[0].gifts == Gifts{{"train", 1}});
    REQUIRE(sent[1].cart_id == other);
  }
}

TEST_CASE("a click is handled however often it was delivered before", "[.exam]") {
  for (const auto count : delivery_counts()) {
    CAPTURE(count);
    Counter counter;
    counter.has("cart-1", {{"train", 1}});
    counter.take("cart-1", count);
    CHECK(counter.sent().size() == 1);
    REQUIRE(counter.cart("cart-1").state == kSubmitted);

    Counter later;  // an attempt has accepted the cart and died, and the customer wants more
    later.has("cart-1", Cart{{{"teddy", 5}, {"train", 1}}, kAccepted, {{"train", 1}}});
    later.take("cart-1", count);
    REQUIRE(later.sent().size() == 1);
    CHECK(later.sent().front().gifts == Gifts{{"train", 1}});
    CHECK(later.cart("cart-1").ordered == Gifts{{"train", 1}});
    REQUIRE(later.cart("cart-1").gifts == Gifts{{"teddy", 5}, {"train", 1}});
  }
}

TEST_CASE("whatever error an operation of a click has, its cart is ordered, at any delivery",
          "[.exam]") {
  const Gifts gifts = {{"train", 1}};
  std::vector<ErrorKind> kinds = every_error();
  for (const auto& kind : every_error()) kinds.push_back(once(kind));
  for (const auto& kind : kinds) {
    for (const std::uint32_t count : {0U, 1U, 100U}) {  // 0: step 1, in which none is delivered
      bool met = true;
      for (int operation = 1; met; ++operation) {
        Counter counter;
        counter.has("cart-1", gifts);
        Trouble trouble(operation, kind);
        const bool returned = count == 0 ? counter.clicks("cart-1", trouble)
                                         : counter.takes("cart-1", count, trouble);
        met = trouble.met();
        CAPTURE(kind.name, kind.times_max, count, trouble.failing());
        if (!returned && count == 0) counter.click("cart-1");
        if (!returned && count > 0) counter.take("cart-1", count + 1);
        REQUIRE(counter.cart("cart-1").state == kSubmitted);
        if (count == 0) REQUIRE(counter.order("cart-1")->gifts == gifts);
        if (count > 0) REQUIRE(counter.ids_count() == 1);
        for (const auto& sent : counter.sent()) REQUIRE(sent.gifts == gifts);
      }
    }
  }
}

// The operation is done then, or it is not, and nobody says so.
TEST_CASE("what the customer wishes before an operation of a click is not lost, at any delivery",
          "[.exam]") {
  for (const auto& [count, lost] :
       {std::pair(1U, false), {2U, false}, {6U, false}, {100U, false}, {1U, true}, {100U, true}}) {
    bool met = true;
    for (int operation = 1; met; ++operation) {
      CAPTURE(count, lost, operation);
      Counter counter;
      counter.has("cart-1", {{"train", 1}});
      const auto wish = [&] {
        counter.wants("cart-1", "teddy");
        if (lost) throw OutcomeUnknown("in trouble");
      };
      Trouble others(operation, once({"a wish", wish}));
      if (!counter.takes("cart-1", count, others)) counter.take("cart-1", count + 1);
      met = others.met();
      const auto cart = counter.cart("cart-1");
      REQUIRE(cart.state == kSubmitted);
      REQUIRE(cart.gifts.contains("teddy") == met);
      REQUIRE(counter.ids_count() == 1);
      for (const auto& sent : counter.sent()) REQUIRE(sent.gifts == cart.ordered);
    }
  }
}

TEST_CASE("a request that returns has made the order, though another one is still there",
          "[.exam]") {
  bool met = true;
  for (int operation = 1; met; ++operation) {
    CAPTURE(operation);
    Counter counter;
    counter.has("cart-1", {{"train", 1}});
    Trouble never = Trouble::death(1'000'000);
    bool is_right = true;
    const auto another = [&] {
      is_right = !counter.clicks("cart-1", never) || counter.order("cart-1").has_value();
    };
    Trouble other(operation, once({"another request", another}));
    auto death = Trouble::death(operation);
    death.comes_after(other);
    counter.clicks("cart-1", death);
    met = death.met();
    REQUIRE(is_right);
  }
}

// The first one's lease has ended; the other one acknowledges the click.
TEST_CASE("a click is done by whoever comes to its end, though another handler is still there",
          "[.exam]") {
  bool met = true;
  for (int operation = 1; met; ++operation) {
    CAPTURE(operation);
    Counter counter;
    counter.has("cart-1", {{"train", 1}});
    Trouble never = Trouble::death(1'000'000);
    bool returned = false;
    Trouble other(operation,
                  once({"another handler", [&] { returned = counter.takes("cart-1", 2, never); }}));
    auto death = Trouble::death(operation);
    death.comes_after(other);
    counter.takes("cart-1", 1, death);
    met = death.met();
    if (!returned && met) counter.take("cart-1", 3);
    REQUIRE(counter.cart("cart-1").state == kSubmitted);
    REQUIRE(counter.ids_count() == 1);
  }
}

TEST_CASE("a click that a person has taken out of the dead letters and sent again is an order",
          "[.exam]") {
  Counter counter;
  counter.has("cart-1", {{"train", 1}});
  counter.take_dead_letter("cart-1");
  CHECK(counter.sent().size() == 1);
  CHECK(counter.cart("cart-1").state == kSubmitted);
}

TEST_CASE("hundreds of thousands of carts are orders under ids of their own", "[.exam]") {
  constexpr std::size_t kCarts = 200'000;  // of so many names, some have 32 bits in common
  EveryCart store;
  SentIds broker;
  for (std::size_t i = 0; i < kCarts; ++i) {
    // Of numbers alone many a hash of 32 bits makes others.
    const SendSubmitOrder command{MessageId::from_name("cart-" + std::to_string(i)).value};
    HandlerContext context("shop", Delivery{"shop", make_message(command), {}, 1}, store, broker);
    run_inline(handle(command, context));
  }
  CHECK(broker.ids.size() == kCarts);
}

TEST_CASE("a cart's order in a process of its own", "[.child]") {
  testing::as_child([](testing::Parent& parent) { parent.announce(id_of_order("cart-1")); });
}

TEST_CASE("a cart's order has one id in every process", "[.exam]") {
  testing::ChildProcess another("a cart's order in a process of its own");
  INFO("two processes order one cart; both must give the order the same id");
  another.wait_for(id_of_order("cart-1"));
}

TEST_CASE("requests on several threads at once are an order of each one's cart", "[.exam]") {
  // A database in which each cart is there and open, and which knows what a batch is about.
  class Carts final : public SqliteStore {
   public:
    Task<std::optional<Document>> get(Key key) override {
      if (key != EntityStore::key_of<Cart>(key.partition)) co_return std::nullopt;
      co_return Document{std::move(key), body_, Version{"1"}};
    }
    Task<std::vector<Version>> batch(std::string partition,
                                     std::vector<StoreOperation> operations) override {
      const auto cart = EntityStore::key_of<Cart>(partition);
      const auto order = EntityStore::key_of<Order>(partition);
      const auto has = [&](const Key& key) {
        return std::ranges::any_of(operations, [&](const auto& one) { return one.key == key; });
      };
      if (has(cart) && has(order)) ++orders;
      co_return std::vector<Version>(operations.size(), Version{"2"});
    }
    std::atomic<int> orders{0};

   private:
    const std::string body_ = to_json(Cart{{{"train", 1}}, kOpen, {}});
  };
  constexpr int kThreads = 4;
  constexpr int kTimes = 10'000;
  Carts carts;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([i, &carts] {
      EntityStore shop(carts);
      for (int time = 0; time < kTimes; ++time) {
        run_inline(submit("cart-" + std::to_string(i), shop));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(carts.orders == kThreads * kTimes);
}
