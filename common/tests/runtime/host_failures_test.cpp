#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <stdexcept>
#include <thread>

#include "runtime/stage.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/runtime/logging.hpp"

namespace workshop::tests {
namespace {

using std::chrono::milliseconds;

constexpr HostOptions kQuick{.poll_interval_ms = milliseconds(1),
                             .backoff_max_ms = milliseconds(4)};

/// The queue's options for the host: it renews each millisecond, whatever the test's clock says.
constexpr QueueOptions kRenewedOften{.lease_ms = milliseconds(3)};

TEST_CASE("renewal keeps the message of a long handler from a second delivery") {
  Shop shop;
  shop.send("order-1");
  shop.broker.after = [&](const std::string& operation) {
    if (operation == "renew") shop.clock.advance(milliseconds(2'000));  // of a lease of 3,000
    shop.points.reach(operation);
  };
  shop.act = [&](HandlerContext&) { shop.points.wait_for("renew", 5); };
  {
    Host host(shop.broker, kQuick);
    host.run(shop.payments, shop.store, {.handlers_count = 2, .queue = kRenewedOften});
    REQUIRE(host.wait_until_idle());
  }
  CHECK(shop.points.count("receive") == 1);
  CHECK(shop.points.count("acknowledge") == 1);
  CHECK(shop.left_count() == 0);
}

TEST_CASE("without renewal the message of a long handler comes again, and one is acknowledged") {
  Shop shop;
  shop.send("order-1");
  CapturedLog log;
  shop.broker.after = [&](const std::string& operation) { shop.points.reach(operation); };
  shop.act = [&](HandlerContext& context) {
    if (context.delivery().delivery_count == 1) {
      shop.clock.advance(shop.queue.lease_ms);
      shop.points.wait_for("second");
      return;
    }
    shop.points.reach("second");
    while (!log.has_line_with({"lease lost", "delivery=1"})) std::this_thread::yield();
  };
  {
    auto options = kQuick;
    options.threads_count = 2;
    Host host(shop.broker, options);
    host.run(shop.payments, shop.store,
             {.handlers_count = 2, .queue = shop.queue, .renews_leases = false});
    REQUIRE(host.wait_until_idle());
  }
  CHECK(shop.points.count("renew") == 0);
  CHECK(shop.points.count("receive") == 2);
  CHECK(shop.points.count("acknowledge") == 1);
  CHECK(log.has_line_with({"handled", "delivery=2"}));
  CHECK_FALSE(log.has_line_with({"info handled", "delivery=1"}));
}

TEST_CASE("a lost lease is not renewed any more, and its handler runs on to a refused end") {
  Shop shop;
  shop.send("order-1");
  CapturedLog log;
  std::atomic<int> renewals{0};
  shop.broker.before = [&](const std::string& operation) {
    if (operation == "renew" && ++renewals == 1) shop.clock.advance(shop.queue.lease_ms);
  };
  shop.broker.after = [&](const std::string& operation) { shop.points.reach(operation); };
  shop.act = [&](HandlerContext& context) {
    shop.points.wait_for("renew", 3);  // all three are of the second delivery
    if (context.delivery().delivery_count == 1) return;
    while (!log.has_line_with({"lease lost ", "delivery=1"})) std::this_thread::yield();
  };
  {
    Host host(shop.broker, kQuick);
    host.run(shop.payments, shop.store, {.handlers_count = 2, .queue = kRenewedOften});
    REQUIRE(host.wait_until([&] { return shop.left_count() == 0; }));
  }
  CHECK(shop.points.count("receive") == 2);
  CHECK(shop.points.count("acknowledge") == 1);
  CHECK(log.has_line_with({"lease lost ", "delivery=1", "too late"}));
  CHECK(log.has_line_with({"info handled", "delivery=2"}));
  const auto lines = log.lines();
  CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
          return line.find("lease lost while handled") != std::string::npos;
        }) == 1);
}

TEST_CASE("a refused renewal is tried again while the lease lasts") {
  Shop shop;
  shop.send("order-1");
  CapturedLog log;
  std::atomic<int> renewals{0};
  shop.broker.before = [&](const std::string& operation) {
    if (operation == "renew" && ++renewals <= 2) throw Unavailable("not now");
  };
  shop.broker.after = [&](const std::string& operation) { shop.points.reach(operation); };
  shop.act = [&](HandlerContext&) { shop.points.wait_for("renew"); };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = kRenewedOften});
  REQUIRE(host.wait_until_idle());
  CHECK(shop.points.count("receive") == 1);
  CHECK(log.has_line_with({"renewal refused", "message=order-1", "reason=\"not now\""}));
}

TEST_CASE("a message whose handler throws comes again, and at last is a dead letter") {
  Shop shop({.lease_ms = milliseconds(3'000), .deliveries_max = 3});
  shop.send("order-1");
  CapturedLog log;
  std::atomic<std::uint32_t> attempts{0};
  shop.act = [&](HandlerContext&) {
    switch (++attempts) {
      case 1:
        throw Unavailable("no database");
      case 2:
        throw std::runtime_error("no stock");
      default:
        throw 42;
    }
  };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.handlers_count = 2, .queue = shop.queue});
  REQUIRE(host.wait_until([&] { return shop.dead_count() == 1; }));
  REQUIRE(host.wait_until_idle());
  host.stop();
  CHECK(attempts == 3);
  CHECK(shop.left_count() == 0);
  CHECK(shop.failure_of_the_dead() == "no std::exception");
  CHECK(log.has_line_with({"warning abandoned endpoint=payments message=order-1 type=BookPayment",
                           "delivery=1", "reason=\"no database\""}));
  CHECK(log.has_line_with({"warning abandoned", "delivery=2", "reason=\"no stock\""}));
  CHECK(log.has_line_with({"error dead-lettered", "delivery=3"}));
}

TEST_CASE("a failing handler holds up no other message") {
  Shop shop({.lease_ms = milliseconds(3'000), .deliveries_max = 2});
  for (const char* id : {"good-1", "bad", "good-2"}) shop.send(id);
  shop.act = [&](HandlerContext& context) {
    if (context.message().id.value == "bad") throw std::runtime_error("bad");
    shop.points.reach(context.message().id.value);
  };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = shop.queue});
  REQUIRE(host.wait_until_idle());
  CHECK(shop.points.count("good-1") == 1);
  CHECK(shop.points.count("good-2") == 1);
  CHECK(shop.dead_count() == 1);
}

TEST_CASE("a broker that is down for a while is asked again, and no message is lost") {
  Shop shop;
  for (const char* id : {"1", "2", "3"}) shop.send(id);
  CapturedLog log;
  std::atomic<int> refusals{0};
  shop.broker.before = [&](const std::string& operation) {
    if (operation == "receive" && ++refusals <= 5) throw Unavailable("the broker is down");
  };
  shop.act = [&](HandlerContext& context) { shop.points.reach(context.message().id.value); };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = shop.queue});
  REQUIRE(host.wait_until_idle());
  for (const char* id : {"1", "2", "3"}) CHECK(shop.points.count(id) == 1);
  CHECK(shop.left_count() == 0);
  CHECK(log.has_line_with({"broker refused", "endpoint=payments", "wait_ms=1"}));
  CHECK(log.has_line_with({"broker refused", "wait_ms=4"}));
  CHECK_FALSE(log.has_line_with({"broker refused", "wait_ms=8"}));
}

TEST_CASE("a delivery whose answer was lost comes again when its lease is over") {
  Shop shop;
  shop.send("order-1");
  std::atomic<int> lost{0};
  shop.broker.after = [&](const std::string& operation) {
    if (operation == "receive" && ++lost == 1) throw OutcomeUnknown("the answer is lost");
    if (operation == "receive nothing") shop.clock.advance(milliseconds(1'000));
  };
  shop.act = [&](HandlerContext& context) {
    shop.points.reach("delivery " + std::to_string(context.delivery().delivery_count));
  };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = shop.queue});
  REQUIRE(host.wait_until([&] { return shop.left_count() == 0; }));
  CHECK(shop.points.count("delivery 1") == 0);
  CHECK(shop.points.count("delivery 2") == 1);
}

TEST_CASE("an acknowledgement that the broker refuses is a second delivery, not a lost message") {
  Shop shop;
  shop.send("order-1");
  CapturedLog log;
  std::atomic<int> acknowledgements{0};
  shop.broker.before = [&](const std::string& operation) {
    if (operation == "acknowledge" && ++acknowledgements == 1) throw Unavailable("not now");
  };
  shop.broker.after = [&](const std::string& operation) {
    if (operation == "receive nothing") shop.clock.advance(milliseconds(1'000));
  };
  shop.act = [&](HandlerContext&) { shop.points.reach("handled"); };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = shop.queue});
  REQUIRE(host.wait_until([&] { return shop.left_count() == 0; }));
  CHECK(shop.points.count("handled") == 2);
  CHECK(log.has_line_with({"unsettled", "delivery=1", "not acknowledged"}));
}

}  // namespace
}  // namespace workshop::tests
