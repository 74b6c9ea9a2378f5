#include "workshop/runtime/host.hpp"

#include <catch2/catch_test_macros.hpp>
#include <coroutine>
#include <map>
#include <memory>
#include <thread>

#include "runtime/stage.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runtime/logging.hpp"
#include "workshop/testing/child_process.hpp"

namespace workshop::tests {
namespace {

using std::chrono::milliseconds;

constexpr HostOptions kQuick{.poll_interval_ms = milliseconds(1),
                             .backoff_max_ms = milliseconds(4)};

struct Account {
  int booked_count = 0;
  std::map<std::string, bool> processed;
};
BOOST_DESCRIBE_STRUCT(Account, (), (booked_count, processed))

/// Books each message once: the ids of booked messages are saved together with the payment.
Task<void> book_once(const BookPayment& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.order_id);
  if (!account.value.processed.emplace(context.message().id.value, true).second) co_return;
  ++account.value.booked_count;
  co_await context.store().save(account);
}

/// Lets some milliseconds pass: another host does some work in them.
void pass_time(Shop& shop) {
  shop.in_process.declare_queue("time");
  Points points;
  ObservedBroker broker(shop.in_process);
  broker.after = [&](const std::string& operation) { points.reach(operation); };
  Host host(broker, kQuick);
  host.run(Endpoint("time"), shop.store);
  points.wait_for("receive nothing", 15);
}

struct Ordered {
  int rest = 0;
};
BOOST_DESCRIBE_STRUCT(Ordered, (), (rest))

Task<void> pass_on(const Ordered& event, HandlerContext& context) {
  if (event.rest == 0) co_return;
  const std::string next = context.endpoint() == "ping" ? "pong" : "ping";
  co_await context.send(next, Ordered{event.rest - 1}, MessageId::random());
}

int busy_rest = 0;  // of the last message of "busy"
int heard_at = -1;  // the same, when "quiet" has its message; -1: not yet

/// "busy" sends itself the next message, until "quiet" has had one or nothing is left.
Task<void> keeps_busy(const Ordered& event, HandlerContext& context) {
  if (context.endpoint() == "quiet") {
    heard_at = busy_rest;
    co_return;
  }
  busy_rest = event.rest;
  if (heard_at >= 0 || event.rest == 0) co_return;
  co_await context.send("busy", Ordered{event.rest - 1}, MessageId::random());
}

TEST_CASE("who never waits for anything leaves the thread to others, too") {
  constexpr int kMany = 20'000;
  Shop shop;
  for (const std::string queue : {"busy", "quiet"}) {
    shop.in_process.declare_queue(queue);
    run_inline(shop.broker.send(queue, make_message(Ordered{kMany}), {}));
  }
  busy_rest = kMany;
  heard_at = -1;
  auto options = kQuick;
  options.threads_count = 1;
  Host host(shop.broker, options);
  for (const auto* name : {"busy", "quiet"}) host.run(Endpoint(name).on(keeps_busy), shop.store);
  CHECK(host.wait_until_idle(std::chrono::seconds(60)));
  host.stop();
  CHECK(heard_at > kMany / 2);
}

TEST_CASE("many messages on several threads each have their effect exactly once") {
  constexpr int kAccounts = 5;
  constexpr int kMessages = 60;
  Shop shop({.deliveries_max = 1'000});  // because each conflict costs a delivery
  const auto payments = Endpoint("payments").on(book_once);
  for (int i = 0; i < kMessages; ++i) {
    const auto message = make_message(BookPayment{"account-" + std::to_string(i % kAccounts)});
    for (int copies = 0; copies < 2; ++copies)
      run_inline(shop.broker.send("payments", message, {}));
  }
  auto options = kQuick;
  options.threads_count = 4;
  Host host(shop.broker, options);
  host.run(payments, shop.store, {.handlers_count = 4, .queue = shop.queue});
  REQUIRE(host.wait_until_idle());
  host.stop();
  for (int i = 0; i < kAccounts; ++i) {
    const auto account =
        run_inline(EntityStore(shop.store).load<Account>("account-" + std::to_string(i)));
    CHECK(account.value.booked_count == kMessages / kAccounts);
  }
}

TEST_CASE("at rest means that what handlers have sent is handled too") {
  Shop shop;
  for (const char* queue : {"ping", "pong"}) shop.in_process.declare_queue(queue);
  Host host(shop.broker, kQuick);
  host.run(Endpoint("ping").on(pass_on), shop.store);
  host.run(Endpoint("pong").on(pass_on), shop.store, {.handlers_count = 2});
  for (int round = 0; round < 20; ++round) {
    run_inline(shop.in_process.send("ping", make_message(Ordered{10})));
    REQUIRE(host.wait_until_idle());
    CHECK(shop.in_process.messages("ping").empty());
    CHECK(shop.in_process.messages("pong").empty());
  }
}

TEST_CASE("a host is not at rest while a handler runs") {
  Shop shop;
  shop.send("order-1");
  shop.act = [&](HandlerContext&) {
    shop.points.reach("handling");
    shop.points.wait_for("looked");
  };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.handlers_count = 2, .queue = shop.queue});
  shop.points.wait_for("handling");
  CHECK_FALSE(host.wait_until_idle(milliseconds(20)));
  shop.points.reach("looked");
  CHECK(host.wait_until_idle());
  CHECK(shop.left_count() == 0);
}

TEST_CASE("a handler that ends within the grace is acknowledged, and no other message is taken") {
  Shop shop;
  shop.send("order-1");
  shop.send("order-2");
  shop.act = [&](HandlerContext&) {
    shop.points.reach("handling");
    shop.points.wait_for("stopping");
  };
  auto options = kQuick;
  options.stop_grace_ms = std::chrono::seconds(20);
  Host host(shop.broker, options);
  host.run(shop.payments, shop.store, {.queue = shop.queue});
  shop.points.wait_for("handling");
  std::thread stopper([&] { host.stop(); });
  CHECK_FALSE(host.wait_until_idle());  // returns because the host stops
  shop.points.reach("stopping");
  stopper.join();
  const auto left = shop.in_process.messages("payments");
  REQUIRE(left.size() == 1);
  CHECK(left[0].message->id.value == "order-2");
  CHECK(left[0].delivery_count == 0);
  CHECK_THROWS_AS(host.run(shop.payments, shop.store), InvalidRequest);
}

TEST_CASE("a handler that takes longer than the grace is left alone, and keeps what it uses") {
  Shop shop;
  shop.send("order-1");
  shop.act = [&](HandlerContext& context) {
    shop.points.reach("handling");
    shop.points.wait_for("stopped");
    auto account = run_inline(context.store().load<Account>("order-1"));
    run_inline(context.store().save(account));
  };
  auto options = kQuick;
  options.stop_grace_ms = milliseconds(1);
  {
    Host host(shop.broker, options);
    auto queue = shop.queue;
    queue.lease_ms = milliseconds(3);  // renewed each millisecond
    shop.broker.after = [&](const std::string& operation) { shop.points.reach(operation); };
    host.run(shop.payments, shop.store, {.queue = queue});
    shop.points.wait_for("renew", 2);
    host.stop();
    CHECK(shop.in_process.messages("payments").at(0).leased);
    CapturedLog log;
    shop.clock.advance(shop.queue.lease_ms);  // the next renewal finds that the lease is lost
    pass_time(shop);
    CHECK_FALSE(log.has_line_with({"lease lost while handled"}));
    shop.points.reach("stopped");
  }
  CHECK(shop.store.find(EntityStore::key_of<Account>("order-1")).has_value());
}

TEST_CASE("a host that waits for messages stops at once") {
  Shop shop;
  shop.broker.after = [&](const std::string& operation) { shop.points.reach(operation); };
  const auto begin = std::chrono::steady_clock::now();
  {
    Host host(shop.broker,
              {.poll_interval_ms = std::chrono::hours(1), .stop_grace_ms = std::chrono::hours(1)});
    host.run(shop.payments, shop.store, {.handlers_count = 3, .queue = shop.queue});
    shop.points.wait_for("receive nothing", 3);
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::minutes(1));
}

std::coroutine_handle<> parked;

Task<void> park(const BookPayment&, HandlerContext& context) {
  struct Parking {
    HandlerContext& context;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handler) const {
      parked = handler;
      (*act_of_test)(context);
    }
    void await_resume() const noexcept {}
  };
  co_await Parking{context};
}

TEST_CASE("a handler that waits for somebody else ends before its host does") {
  Shop shop;
  shop.send("order-1");
  shop.act = [&](HandlerContext&) { shop.points.reach("parked"); };
  auto options = kQuick;
  options.stop_grace_ms = milliseconds(1);
  auto host = std::make_unique<Host>(shop.broker, options);
  host->run(Endpoint("payments").on(park), shop.store, {.queue = shop.queue});
  shop.points.wait_for("parked");
  host->stop();
  std::atomic<bool> resumed{false};
  std::atomic<bool> destroyed_early{false};
  std::thread destroyer([&] {
    host.reset();
    destroyed_early = !resumed;
  });
  pass_time(shop);
  resumed = true;
  parked.resume();
  destroyer.join();
  CHECK_FALSE(destroyed_early);
  CHECK(shop.left_count() == 0);
}

TEST_CASE("a todo stops the host, and whoever waits is told") {
  Shop shop;
  shop.send("order-1");
  shop.act = [](HandlerContext&) { todo(2, "book the payment"); };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.handlers_count = 2, .queue = shop.queue});
  CHECK_THROWS_AS(host.wait_until([] { return false; }), Todo);
  CHECK_THROWS_AS(host.wait_until_idle(), Todo);
  CHECK_THROWS_AS(host.stop(), Todo);
  CHECK_NOTHROW(host.stop());
  CHECK(shop.left_count() == 1);
}

TEST_CASE("a queue that does not exist stops the host") {
  Shop shop;
  Host host(shop.broker, kQuick);
  host.run(Endpoint("nobody"), shop.store);
  CHECK_THROWS_AS(host.wait_until([] { return false; }), InvalidRequest);
  CHECK_THROWS_AS(host.stop(), InvalidRequest);
}

TEST_CASE("options that make no sense are refused") {
  Shop shop;
  CHECK_THROWS_AS(Host(shop.broker, {.threads_count = 0}), InvalidRequest);
  CHECK_THROWS_AS(Host(shop.broker, {.poll_interval_ms = milliseconds(-1)}), InvalidRequest);
  Host host(shop.broker);
  CHECK_THROWS_AS(host.run(shop.payments, shop.store, {.handlers_count = 0}), InvalidRequest);
}

class TeapotClient final : public HttpClient {
 public:
  Task<HttpResponse> request(std::string, HttpRequest, Deadline) override {
    co_return HttpResponse{418, "", {}};
  }
};

TEST_CASE("handlers get the client that their endpoint runs with") {
  Shop shop;
  shop.send("order-1");
  TeapotClient client;
  std::atomic<int> status{0};
  shop.act = [&](HandlerContext& context) {
    status = run_inline(context.http().request("pot", {}, Deadline::max())).status;
  };
  Host host(shop.broker, kQuick);
  host.run(shop.payments, shop.store, {.queue = shop.queue, .http = &client});
  REQUIRE(host.wait_until_idle());
  CHECK(status == 418);
}

constexpr const char* kProcess = "a host in a process of its own";

InProcessBroker::Options journal_in(const std::string& folder) {
  return {.journal_path = folder + "/journal"};
}

TEST_CASE(kProcess, "[.child]") {
  testing::as_child([](testing::Parent& parent) {
    const std::string folder = std::getenv("FOLDER");
    const SystemClock clock;
    InProcessBroker broker(clock, journal_in(folder));
    SqliteStore store({.path = folder + "/payments"});
    Act act = [&parent](HandlerContext& context) {
      if (context.message().id.value == "2") parent.hold_at("handling 2");
    };
    act_of_test = &act;
    Host host(broker, kQuick);
    host.run(Endpoint("payments").on(perform), store);
    host.wait_until([] { return false; });
  });
}

TEST_CASE("a host that is killed while it handles loses no message") {
  process::TemporaryFolder folder;
  const SystemClock clock;
  {
    InProcessBroker broker(clock, journal_in(folder.path()));
    broker.declare_queue("payments");
    for (const char* id : {"1", "2", "3"}) {
      run_inline(broker.send("payments", make_message(BookPayment{"order"}, MessageId{id})));
    }
  }
  testing::ChildProcess child(kProcess, {{"FOLDER", folder.path()}});
  child.wait_for("handling 2");
  child.kill();

  InProcessBroker broker(clock, journal_in(folder.path()));
  SqliteStore store({.path = folder.file("payments")});
  std::vector<std::string> handled;
  Act act = [&](HandlerContext& context) {
    handled.push_back(context.message().id.value + " delivered " +
                      std::to_string(context.delivery().delivery_count));
  };
  act_of_test = &act;
  Host host(broker, kQuick);
  host.run(Endpoint("payments").on(perform), store);
  REQUIRE(host.wait_until_idle());
  host.stop();
  CHECK(handled == std::vector<std::string>{"2 delivered 2", "3 delivered 1"});
}

}  // namespace
}  // namespace workshop::tests
