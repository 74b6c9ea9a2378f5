#include "workshop/broker/explorable_broker.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <type_traits>
#include <vector>

#include "broker/fixtures.hpp"
#include "broker/shop.hpp"

namespace workshop {
namespace {

using std::chrono::milliseconds;

using Shop = ShopWith<ExplorableBroker>;
using Strings = std::vector<std::string>;

// What is on the disk of a journal cannot be taken back.
static_assert(std::is_constructible_v<InProcessBroker, const Clock&, InProcessBroker::Options>);
static_assert(!std::is_constructible_v<ExplorableBroker, const Clock&, InProcessBroker::Options>);

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
  ExplorableBroker small(shop.clock);
  CHECK_THROWS_AS(small.restore(snapshot), InvalidRequest);
}

TEST_CASE("the digest forgets how a state was reached", "[broker]") {
  Shop direct;
  direct.send("m-1");
  Shop detour;
  detour.clock.advance(milliseconds{77});  // only the time that is left counts
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

TEST_CASE("why a delivery was abandoned is in no digest, and goes back with a snapshot",
          "[broker]") {
  Shop one;
  Shop other;
  one.send("m-1");
  other.send("m-1");
  const auto snapshot = one.broker.snapshot();
  for (int delivery = 1; delivery <= 2; ++delivery) {
    sync_wait(one.broker.abandon(one.receive().tag, "no stock"));
    sync_wait(other.broker.abandon(other.receive().tag, "no coupon"));
    CHECK(one.broker.digest() == other.broker.digest());
  }
  const auto failure = [&one] {
    REQUIRE(one.ids("orders/dead-letter") == Strings{"m-1"});
    const auto dead = one.broker.messages("orders/dead-letter")[0].message;
    return std::string(dead->header(header::kDeadLetterFailure));
  };
  CHECK(failure() == "no stock");
  const auto dead_digest = one.broker.digest();
  one.broker.restore(snapshot);
  sync_wait(one.broker.abandon(one.receive().tag));
  one.broker.expire_lease(one.receive().tag);
  CHECK(failure() == "");
  CHECK(one.broker.digest() == dead_digest);
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

}  // namespace
}  // namespace workshop
