#include "workshop/broker/in_process_broker.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "broker/fixtures.hpp"
#include "broker/shop.hpp"

namespace workshop {
namespace {

using Catch::Matchers::Message;
using std::chrono::milliseconds;

using Shop = ShopWith<InProcessBroker>;
using Strings = std::vector<std::string>;

TEST_CASE("an unknown queue is named with the mend", "[broker]") {
  Shop shop;
  CHECK_THROWS_MATCHES(sync_wait(shop.broker.send("payments", note("m"))), InvalidRequest,
                       Message("no queue 'payments'; declare_queue it first; known: orders, shop"));
  SimulatedClock clock;
  InProcessBroker empty(clock);
  CHECK_THROWS_MATCHES(empty.subscribe("booked", "payments"), InvalidRequest,
                       Message("no queue 'payments'; declare_queue it first; known: none"));
}

TEST_CASE("declaring a queue again is idempotent with equal options only", "[broker]") {
  Shop shop;
  shop.send("m-1");
  CHECK_NOTHROW(shop.broker.declare_queue("orders", {milliseconds{1000}, 2}));
  CHECK(shop.ids() == Strings{"m-1"});
  CHECK_THROWS_AS(shop.broker.declare_queue("orders", {milliseconds{1000}, 3}), InvalidRequest);
  CHECK_THROWS_AS(shop.broker.declare_queue("orders", {milliseconds{999}, 2}), InvalidRequest);
  CHECK_THROWS_AS(shop.broker.declare_queue("new", {milliseconds{0}, 2}), InvalidRequest);
  CHECK_THROWS_AS(shop.broker.declare_queue("new", {milliseconds{1}, 0}), InvalidRequest);
  CHECK_THROWS_AS(shop.broker.declare_queue(""), InvalidRequest);
  CHECK_THROWS_AS(shop.broker.declare_queue("orders/dead-letter"), InvalidRequest);
  CHECK_THROWS_AS(sync_wait(shop.broker.redrive("orders/dead-letter")), InvalidRequest);
}

TEST_CASE("the longest lease and the longest delay do not end at once", "[broker]") {
  SimulatedClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders", {milliseconds::max(), 2});
  sync_wait(broker.send("orders", note("delayed"), milliseconds::max()));
  CHECK_FALSE(sync_wait(broker.receive("orders")).has_value());
  sync_wait(broker.send("orders", note("leased")));
  const auto delivery = sync_wait(broker.receive("orders"));
  REQUIRE(delivery.has_value());
  clock.advance(std::chrono::years{1'000});
  CHECK_FALSE(sync_wait(broker.receive("orders")).has_value());
  sync_wait(broker.renew(delivery->tag));
  clock.advance(std::chrono::years{1'000});
  CHECK_NOTHROW(sync_wait(broker.acknowledge(delivery->tag)));
  CHECK(broker.messages("orders").size() == 1);
}

TEST_CASE("subscribing twice delivers once", "[broker]") {
  Shop shop;
  shop.broker.subscribe("booked", "orders");
  sync_wait(shop.broker.publish("booked", note("m-1")));
  CHECK(shop.ids() == Strings{"m-1"});
}

TEST_CASE("a message that returns has its old position", "[broker]") {
  Shop shop;
  for (const auto* id : {"m-1", "m-2", "m-3"}) shop.send(id);
  const auto first = shop.receive();
  const auto second = shop.receive();
  sync_wait(shop.broker.abandon(second.tag));
  sync_wait(shop.broker.abandon(first.tag));
  CHECK(shop.receive().message.id.value == "m-1");
  CHECK(shop.receive().message.id.value == "m-2");
}

TEST_CASE("copies of a delivery share its message, and whoever is moved from still has it",
          "[broker]") {
  Delivery kept;
  {
    Shop shop;
    for (const auto* id : {"m-1", "m-2"}) shop.send(id);
    auto delivery = shop.receive();
    auto moved = std::move(delivery);
    CHECK(&delivery.message == &moved.message);  // NOLINT(bugprone-use-after-move)
    delivery = shop.receive();
    CHECK(moved.message.id.value == "m-1");
    CHECK(delivery.message.id.value == "m-2");
    kept = moved;
    moved = std::move(delivery);
    CHECK(moved.message.id.value == "m-2");
    CHECK(kept.tag != moved.tag);
    sync_wait(shop.broker.acknowledge(kept.tag));
  }
  CHECK(kept.message == note("m-1"));
  CHECK(kept.delivery_count == 1);
}

/// Which knows the time a little too late.
class TickingClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp{milliseconds{now_ms}}; }
  Timestamp soon() const override { return now() + milliseconds{10}; }
  std::int64_t now_ms = 0;
};

TEST_CASE("a lease of a second ends up to a tick later, and a short one on time", "[broker]") {
  for (const int lease_ms : {999, 1'000}) {
    CAPTURE(lease_ms);
    TickingClock clock;
    InProcessBroker broker(clock);
    broker.declare_queue("orders", {milliseconds{lease_ms}});
    sync_wait(broker.send("orders", note("m-1")));
    const auto delivery = sync_wait(broker.receive("orders"));
    REQUIRE(delivery);
    const auto end = lease_ms + (lease_ms < 1'000 ? 0 : 10);
    clock.now_ms = end - 1;
    CHECK(broker.visible_count("orders") == 0);
    // An acknowledgement in the last tick asks for the exact time.
    clock.now_ms = end;
    CHECK_THROWS_AS(sync_wait(broker.acknowledge(delivery->tag)), LeaseLost);
    CHECK(broker.visible_count("orders") == 1);
  }
}

TEST_CASE("an acknowledgement is in time until the last millisecond", "[broker]") {
  TickingClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders", {milliseconds{999}});
  sync_wait(broker.send("orders", note("m-1")));
  const auto delivery = sync_wait(broker.receive("orders"));
  clock.now_ms = 998;
  CHECK_NOTHROW(sync_wait(broker.acknowledge(delivery->tag)));
}

TEST_CASE("a lease has expired at its end and not a millisecond before", "[broker]") {
  Shop shop;
  shop.send("m-1");
  const auto delivery = shop.receive();
  shop.clock.advance(milliseconds{999});
  CHECK(shop.broker.visible_count("orders") == 0);
  sync_wait(shop.broker.renew(delivery.tag));
  shop.clock.advance(milliseconds{999});
  CHECK(shop.broker.visible_count("orders") == 0);
  shop.clock.advance(milliseconds{1});
  CHECK_THROWS_AS(sync_wait(shop.broker.renew(delivery.tag)), LeaseLost);
  CHECK(shop.broker.visible_count("orders") == 1);
  shop.receive();
  shop.clock.advance(milliseconds{999});
  CHECK(shop.ids("orders/dead-letter").empty());
  shop.clock.advance(milliseconds{1});
  CHECK(shop.ids("orders/dead-letter") == Strings{"m-1"});
}

TEST_CASE("a leased dead letter stays with its receiver when others are redriven", "[broker]") {
  Shop shop;
  for (const auto* id : {"m-1", "m-2"}) {
    shop.send(id);
    for (int i = 0; i < 2; ++i) sync_wait(shop.broker.abandon(shop.receive().tag));
  }
  const auto held = shop.receive("orders/dead-letter");
  CHECK(sync_wait(shop.broker.redrive("orders")) == 1);
  CHECK(shop.ids() == Strings{"m-2"});
  CHECK_NOTHROW(sync_wait(shop.broker.acknowledge(held.tag)));
  CHECK(shop.ids("orders/dead-letter").empty());
}

TEST_CASE("a long queue keeps its order when its middle is settled", "[broker]") {
  Shop shop;
  for (int i = 0; i < 500; ++i) shop.send(std::to_string(i));
  Strings left;
  std::vector<LeaseTag> tags;
  for (int i = 0; i < 500; ++i) tags.push_back(shop.receive().tag);
  for (int i = 0; i < 500; ++i) {
    const int picked = i * 7 % 500;  // 7 and 500 have no common factor: each is picked once
    if (picked % 3 != 0) sync_wait(shop.broker.acknowledge(tags[static_cast<std::size_t>(picked)]));
  }
  for (int i = 0; i < 500; i += 3) left.push_back(std::to_string(i));
  CHECK(shop.ids() == left);
}

}  // namespace
}  // namespace workshop
