// Times that are longer than the clock can tell: a host waits, and is not done at once.

#include <catch2/catch_test_macros.hpp>
#include <future>
#include <thread>

#include "runtime/stage.hpp"
#include "workshop/runtime/host.hpp"

namespace workshop::tests {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSoon{30};  ///< what ends at once has ended by then
constexpr milliseconds kLongTimes[] = {milliseconds::max(), milliseconds::max() / 2,
                                       std::chrono::years{300}};

/// A shop whose broker counts what it is asked, by operation.
void count_operations(Shop& shop) {
  shop.broker.before = [&shop](const std::string& operation) { shop.points.reach(operation); };
}

}  // namespace

TEST_CASE("a receiver with all the time there is between two looks looks once") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    Shop shop;
    count_operations(shop);
    Host host(shop.broker, {.poll_interval_ms = time});
    host.run(shop.payments, shop.store);
    shop.points.wait_for("receive");
    std::this_thread::sleep_for(kSoon);
    CHECK(shop.points.count("receive") == 1);
    host.stop();  // wakes it up
  }
}

TEST_CASE("a receiver whose broker refuses waits twice as long each time, up to all the time") {
  Shop shop;
  shop.broker.before = [&shop](const std::string& operation) {
    shop.points.reach(operation);
    throw Unavailable("for now");
  };
  Host host(shop.broker,
            {.poll_interval_ms = milliseconds::max() / 2, .backoff_max_ms = milliseconds::max()});
  host.run(shop.payments, shop.store);
  shop.points.wait_for("receive");
  std::this_thread::sleep_for(kSoon);
  CHECK(shop.points.count("receive") == 1);
}

TEST_CASE("a lease for all the time there is is not renewed meanwhile") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    Shop shop;
    count_operations(shop);
    shop.act = [&](HandlerContext&) { std::this_thread::sleep_for(kSoon); };
    shop.send("order-1");
    Host host(shop.broker, {.poll_interval_ms = milliseconds(1)});
    host.run(shop.payments, shop.store, {.queue = {.lease_ms = time}});
    REQUIRE(host.wait_until_idle());
    CHECK(shop.points.count("renew") == 0);
    CHECK(shop.left_count() == 0);
  }
}

TEST_CASE("who waits for a host with all the time there is waits") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    Shop shop;
    shop.act = [&](HandlerContext&) {
      shop.points.reach("handler");
      shop.points.wait_for("go on");
    };
    shop.send("order-1");
    Host host(shop.broker, {.poll_interval_ms = milliseconds(1), .stop_grace_ms = time});
    host.run(shop.payments, shop.store);
    shop.points.wait_for("handler");
    const auto later = [&](auto wait) { return std::async(std::launch::async, wait); };
    auto idle = later([&] { return host.wait_until_idle(time); });
    auto empty =
        later([&] { return host.wait_until([&] { return shop.left_count() == 0; }, time); });
    CHECK(idle.wait_for(kSoon) == std::future_status::timeout);
    CHECK(empty.wait_for(milliseconds(0)) == std::future_status::timeout);
    shop.points.reach("go on");
    CHECK(idle.get());
    CHECK(empty.get());
  }
}

TEST_CASE("stop gives running handlers all the time there is") {
  for (const auto time : kLongTimes) {
    CAPTURE(time.count());
    Shop shop;
    shop.act = [&](HandlerContext&) {
      shop.points.reach("handler");
      shop.points.wait_for("go on");
    };
    shop.send("order-1");
    Host host(shop.broker, {.poll_interval_ms = milliseconds(1), .stop_grace_ms = time});
    host.run(shop.payments, shop.store);
    shop.points.wait_for("handler");
    auto stopped = std::async(std::launch::async, [&] { host.stop(); });
    CHECK(stopped.wait_for(kSoon) == std::future_status::timeout);
    shop.points.reach("go on");
    stopped.get();
    CHECK(shop.left_count() == 0);
  }
}

TEST_CASE("a wait that may take no time, or less, looks once") {
  Shop shop;
  Host host(shop.broker);
  for (const auto time : {milliseconds(0), milliseconds(-1), milliseconds::min()}) {
    CAPTURE(time.count());
    CHECK(host.wait_until([] { return true; }, time));
    CHECK_FALSE(host.wait_until([] { return false; }, time));
  }
}

}  // namespace workshop::tests
