#include "workshop/broker/in_process_broker.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <vector>

#include "broker/fixtures.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Message;
using Catch::Matchers::MessageMatches;
using std::chrono::milliseconds;

/// A broker with two queues and a simulated clock; leases run for a second.
struct Shop {
  SimulatedClock clock;
  InProcessBroker broker{clock};

  Shop() {
    broker.declare_queue("orders", {milliseconds{1000}, 2});
    broker.declare_queue("shop", {milliseconds{1000}, 2});
    broker.subscribe("booked", "orders");
    broker.subscribe("booked", "shop");
  }
  void send(const std::string& id) { sync_wait(broker.send("orders", note(id))); }
  Delivery receive(const std::string& queue = "orders") {
    auto delivery = sync_wait(broker.receive(queue));
    REQUIRE(delivery.has_value());
    return std::move(*delivery);
  }
  std::vector<std::string> ids(const std::string& queue = "orders") {
    std::vector<std::string> found;
    for (const auto& view : broker.messages(queue)) found.push_back(view.message->id.value);
    return found;
  }
};

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

TEST_CASE("a time of leases and messages is seen by those who look", "[broker]") {
  Shop shop;
  CHECK_FALSE(shop.broker.next_due().has_value());
  sync_wait(shop.broker.send("shop", note("late"), milliseconds{5000}));
  shop.send("m-1");
  const auto delivery = shop.receive();
  const auto leases = shop.broker.outstanding_leases();
  REQUIRE(leases.size() == 1);
  CHECK(leases[0].tag == delivery.tag);
  CHECK(leases[0].queue == "orders");
  CHECK(leases[0].message->id.value == "m-1");
  CHECK(leases[0].expires == shop.clock.now() + milliseconds{1000});
  CHECK(shop.broker.next_due() == shop.clock.now() + milliseconds{1000});
  const auto views = shop.broker.messages("orders");
  REQUIRE(views.size() == 1);
  CHECK((views[0].leased && views[0].delivery_count == 1 && views[0].due == leases[0].expires));
  sync_wait(shop.broker.acknowledge(delivery.tag));
  CHECK(shop.broker.next_due() == shop.clock.now() + milliseconds{5000});
  CHECK(shop.broker.outstanding_leases().empty());
}

TEST_CASE("receive_at leases the index-th visible message", "[broker]") {
  Shop shop;
  for (const auto* id : {"m-1", "m-2", "m-3"}) shop.send(id);
  shop.receive();
  CHECK(shop.broker.visible_count("orders") == 2);
  CHECK(shop.broker.receive_at("orders", 1)->message.id.value == "m-3");
  CHECK_FALSE(shop.broker.receive_at("orders", 1).has_value());
  CHECK(shop.broker.receive_at("orders", 0)->message.id.value == "m-2");
}

TEST_CASE("expire_lease goes the way of a lease that expires", "[broker]") {
  Shop shop;
  shop.send("m-1");
  shop.send("m-2");
  const auto first = shop.receive();
  const auto other = shop.receive();
  shop.broker.expire_lease(first.tag);
  CHECK_THROWS_AS(sync_wait(shop.broker.acknowledge(first.tag)), LeaseLost);
  CHECK_THROWS_AS(shop.broker.expire_lease(first.tag), LeaseLost);
  const auto again = shop.receive();
  CHECK(again.delivery_count == 2);
  shop.broker.expire_lease(again.tag);
  CHECK(shop.ids("orders/dead-letter") == Strings{"m-1"});
  CHECK_NOTHROW(sync_wait(shop.broker.acknowledge(other.tag)));
}

TEST_CASE("a duplicate lies behind its original and counts for itself", "[broker]") {
  Shop shop;
  for (const auto* id : {"m-1", "m-2", "m-3"}) shop.send(id);
  const auto first = shop.receive();
  shop.broker.duplicate("orders", 0);
  CHECK(shop.ids() == Strings{"m-1", "m-2", "m-2", "m-3"});
  const auto original = shop.receive();
  sync_wait(shop.broker.abandon(original.tag));
  CHECK(shop.broker.receive_at("orders", 0)->delivery_count == 2);
  const auto copy = shop.receive();
  CHECK(copy.message == original.message);
  CHECK(copy.delivery_count == 1);
  sync_wait(shop.broker.acknowledge(copy.tag));
  CHECK(shop.ids() == Strings{"m-1", "m-2", "m-3"});
  CHECK_THROWS_AS(shop.broker.duplicate("orders", 1), InvalidRequest);
}

TEST_CASE("a restored broker is as it was at the snapshot", "[broker]") {
  Shop shop;
  shop.send("m-1");
  sync_wait(shop.broker.send("shop", note("late"), milliseconds{500}));
  const auto delivery = shop.receive();
  const auto snapshot = shop.broker.snapshot();
  const auto digest = shop.broker.digest();
  for (int round = 0; round < 2; ++round) {
    sync_wait(shop.broker.acknowledge(delivery.tag));
    shop.send("m-2");
    shop.receive();
    CHECK(shop.broker.digest() != digest);
    shop.broker.restore(snapshot);
    CHECK(shop.broker.digest() == digest);
    CHECK(shop.ids() == Strings{"m-1"});
  }
  BrokerState again;
  shop.broker.snapshot_into(again);
  shop.broker.restore(again);
  CHECK(shop.broker.digest() == digest);
  shop.broker.declare_queue("new");
  shop.broker.restore(snapshot);
  CHECK_NOTHROW(sync_wait(shop.broker.send("new", note("m-9"))));
  InProcessBroker small(shop.clock);
  CHECK_THROWS_AS(small.restore(snapshot), InvalidRequest);
}

TEST_CASE("the digest forgets how a state was reached", "[broker]") {
  Shop direct;
  direct.send("m-1");
  Shop detour;
  detour.clock.advance(milliseconds{77});  // the digest depends only on the time that is left
  detour.send("m-0");
  sync_wait(detour.broker.acknowledge(detour.receive().tag));
  detour.send("m-1");
  CHECK(direct.broker.digest() == detour.broker.digest());
  direct.receive();
  detour.receive();
  CHECK(direct.broker.digest() == detour.broker.digest());
  direct.clock.advance(milliseconds{1000});
  detour.broker.expire_lease(detour.broker.outstanding_leases()[0].tag);
  CHECK(direct.broker.digest() == detour.broker.digest());
}

TEST_CASE("the digest sees all that decides the future", "[broker]") {
  Shop shop;
  std::vector<std::uint64_t> digests;
  const auto look = [&] {
    digests.push_back(shop.broker.digest());
    for (std::size_t i = 0; i + 1 < digests.size(); ++i) {
      INFO("digests " << i << " and " << digests.size() - 1);
      CHECK(digests[i] != digests.back());
    }
  };
  look();
  shop.send("m-1");
  look();
  const auto delivery = shop.receive();
  look();
  shop.clock.advance(milliseconds{10});
  look();
  sync_wait(shop.broker.abandon(delivery.tag));
  look();
  const auto base = shop.broker.snapshot();
  const auto variant = [&](auto act) {
    act();
    look();
    shop.broker.restore(base);
  };
  variant([&] { sync_wait(shop.broker.send("shop", note("m-1"))); });
  variant([&] { shop.send("m-1"); });
  variant([&] { shop.send("m-2"); });
  variant([&] { sync_wait(shop.broker.send("orders", note("m-2"), milliseconds{5})); });
  variant([&] { sync_wait(shop.broker.send("orders", note("m-2"), milliseconds{6})); });
  for (const auto& change : std::vector<void (*)(struct Message&)>{
           [](auto& m) { m.type = "Other"; }, [](auto& m) { m.body = "{ }"; },
           [](auto& m) { m.headers["a"] = "b"; }, [](auto& m) { m.headers["a"] = "c"; },
           [](auto& m) { m.headers["ab"] = ""; }, [](auto& m) { m.headers["c"] = "b"; }}) {
    auto message = note("m-2");
    change(message);
    variant([&] { sync_wait(shop.broker.send("orders", message)); });
  }
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
