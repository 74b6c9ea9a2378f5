// The Broker contract over a real RabbitMQ server, which the test starts.
#include "workshop/broker/rabbitmq/rabbitmq_broker.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "broker/fixtures.hpp"
#include "core/failure_of.hpp"
#include "store/severing_proxy.hpp"
#include "workshop/engines/server.hpp"
#include "workshop/testing/broker_conformance.hpp"

namespace workshop::tests {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using engines::Engine;
using std::chrono::milliseconds;

/// One for all tests: it takes seconds to start. Skips the test where none is installed.
engines::Server& server() {
  if (const auto missing = engines::missing(Engine::rabbitmq, {}); !missing.empty()) SKIP(missing);
  static const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  static engines::Server server(Engine::rabbitmq, {}, folder.path());
  return server;
}

/// A clock that moves by `advance`, which other threads read.
class SharedClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(milliseconds(now_ms_)); }
  void advance(milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ms_{1'000'000};
};

/// A RabbitMQ broker whose leases run by a clock that the test moves, so that no lease takes as
/// long as it says. Delays run by the server's clock: when one was asked for, time passes for both.
class ConformingBroker final : public Broker {
 public:
  ConformingBroker(std::shared_ptr<SharedClock> clock, const RabbitMqOptions& options)
      : clock_(std::move(clock)), inner_(*clock_, options) {}

  void declare(const BrokerSetup& setup) {
    for (const auto& [name, options] : setup.queues) inner_.declare_queue(name, options);
    for (const auto& [topic, queue] : setup.subscriptions) inner_.subscribe(topic, queue);
  }
  void advance(milliseconds by) {
    clock_->advance(by);
    std::this_thread::sleep_for(has_delays_ ? by : std::min(by, milliseconds{16}));
  }
  void keep_delays_of(const ConformingBroker& other) { has_delays_ = other.has_delays_.load(); }

  Task<void> send(std::string queue, Message message, milliseconds delay) override {
    if (delay.count() > 0) has_delays_ = true;
    return inner_.send(std::move(queue), std::move(message), delay);
  }
  Task<void> publish(std::string topic, Message message) override {
    return inner_.publish(std::move(topic), std::move(message));
  }
  Task<std::optional<Delivery>> receive(std::string queue) override {
    return inner_.receive(std::move(queue));
  }
  Task<void> acknowledge(LeaseTag tag) override { return inner_.acknowledge(std::move(tag)); }
  Task<void> abandon(LeaseTag tag, std::string reason) override {
    return inner_.abandon(std::move(tag), std::move(reason));
  }
  Task<void> renew(LeaseTag tag) override { return inner_.renew(std::move(tag)); }
  Task<std::size_t> redrive(std::string queue) override { return inner_.redrive(std::move(queue)); }

 private:
  std::shared_ptr<SharedClock> clock_;
  RabbitMqBroker inner_;
  std::atomic<bool> has_delays_{false};
};

/// Each broker has queues of its own on the server.
BrokerFactory factory(std::uint16_t prefetch_count) {
  return [prefetch_count](const BrokerSetup& setup) {
    static std::atomic<int> number{0};
    const RabbitMqOptions options{.url = server().address(),
                                  .prefix = "conformance-" + std::to_string(++number) + "/",
                                  .prefetch_count = prefetch_count};
    const auto clock = std::make_shared<SharedClock>();
    const auto current = std::make_shared<std::shared_ptr<ConformingBroker>>();
    const auto open = [=] {
      *current = std::make_shared<ConformingBroker>(clock, options);
      (*current)->declare(setup);
      return *current;
    };
    const auto first = open();
    return BrokerUnderTest{first, [current](milliseconds by) { (*current)->advance(by); },
                           [open, current](std::shared_ptr<Broker> dead) {
                             const auto before = std::exchange(*current, nullptr);
                             dead.reset();
                             const auto after = open();
                             after->keep_delays_of(*before);
                             return after;
                           }};
  };
}

/// What RabbitMQ promises: no order, because a message that returns goes to the end, and it keeps
/// no reason of an abandoned delivery.
constexpr BrokerFeatures kFeatures{.durable = true,
                                   .ordered = false,
                                   .keeps_failures = false,
                                   .unit_ms = 400ms,
                                   .visible_after_max_ms = 300ms,
                                   .thread_messages_count = 50};

TEST_CASE("a RabbitMQ broker conforms") {
  server();
  CHECK(describe(broker_conformance(factory(0), kFeatures)) == "");
}

TEST_CASE("a RabbitMQ broker that prefetches conforms") {
  server();
  CHECK(describe(broker_conformance(factory(20), kFeatures)) == "");
}

const SystemClock kClock;

RabbitMqOptions options_named(const std::string& prefix) {
  return {.url = server().address(), .prefix = prefix + "/"};
}

std::unique_ptr<RabbitMqBroker> opened(const RabbitMqOptions& options) {
  auto broker = std::make_unique<RabbitMqBroker>(kClock, options);
  broker->declare_queue("orders", {.lease_ms = 300ms, .deliveries_max = 3});
  return broker;
}

void send(Broker& broker, Message message) {
  sync_wait(broker.send("orders", std::move(message), 0ms));
}

/// The next message, for which it waits up to 10 s.
Delivery received(Broker& broker, const std::string& queue = "orders") {
  for (int tries = 0; tries < 1'000; ++tries) {
    if (auto delivery = sync_wait(broker.receive(queue))) return std::move(*delivery);
    std::this_thread::sleep_for(10ms);
  }
  FAIL("nothing is received from " << queue);
  return {};
}

TEST_CASE("a lease ends by itself, while nobody calls the broker") {
  const auto options = options_named("lease");
  const auto first = opened(options);
  const auto second = opened(options);
  send(*first, note("m-1"));
  const auto old = received(*first);
  const auto again = received(*second);
  CHECK(again.delivery_count == 2);
  CHECK_THROWS_AS(sync_wait(first->acknowledge(old.tag)), LeaseLost);
  CHECK_THROWS_AS(sync_wait(first->acknowledge(again.tag)), LeaseLost);  // the other object's
  CHECK_NOTHROW(sync_wait(second->acknowledge(again.tag)));
}

TEST_CASE("what was prefetched and nobody receives goes to others") {
  auto options = options_named("prefetched");
  options.prefetch_count = 10;
  const auto first = opened(options);
  const auto second = opened(options);
  for (const auto* id : {"m-1", "m-2", "m-3"}) send(*first, note(id));
  sync_wait(first->acknowledge(received(*first).tag));
  for (int i = 0; i < 2; ++i) sync_wait(second->acknowledge(received(*second).tag));
  CHECK(!sync_wait(second->receive("orders")));
}

TEST_CASE("names and headers that AMQP has no room for arrive whole") {
  const auto broker = opened(options_named("names"));
  const std::string longer(1'000, 'n');
  Message sent{MessageId{longer + "1"}, longer, "{}", {{longer, longer}, {"x-death", "mine"}}};
  sent.headers["workshop-id"] = "mine";
  sent.headers[""] = "";
  send(*broker, sent);
  CHECK(received(*broker).message == sent);
  sent.headers["large"] = std::string(140'000, 'x');
  CHECK_THAT(failure_of<InvalidRequest>([&] { send(*broker, sent); }), ContainsSubstring("body"));
}

TEST_CASE("a queue that is there with other options is refused, and a delay needs its queue") {
  const auto options = options_named("refused");
  const auto broker = opened(options);
  RabbitMqBroker other(kClock, options);
  CHECK_THROWS_AS(other.declare_queue("orders", {.deliveries_max = 4}), InvalidRequest);
  CHECK_NOTHROW(other.declare_queue("orders", {.deliveries_max = 3}));
  CHECK_THROWS_AS(sync_wait(broker->send("nowhere", note("m-1"), 50ms)), InvalidRequest);
  CHECK_NOTHROW(sync_wait(broker->send("orders", note("m-2"), 50ms)));
  CHECK(received(*broker).message.id.value == "m-2");
}

TEST_CASE("a connection that breaks before the confirmation is an unknown outcome") {
  SeveringProxy proxy(server().port());
  static int run = 0;  // of the sections, each with a queue of its own
  auto options = options_named("severed-" + std::to_string(++run));
  const auto direct = opened(options);
  options.url = "amqp://127.0.0.1:" + std::to_string(proxy.port());
  const auto broker = opened(options);
  send(*broker, note("m-0"));
  const Message cut{MessageId{"m-cut"}, "Note", "cut here", {}};  // the body comes last

  SECTION("the message never arrived") {
    proxy.cut_at("cut here", SeveringProxy::Cut::request);
    CHECK_THROWS_AS(send(*broker, cut), OutcomeUnknown);
    CHECK(received(*direct).message.id.value == "m-0");
    CHECK(!sync_wait(direct->receive("orders")));
  }
  SECTION("the confirmation is lost") {
    proxy.cut_at("cut here", SeveringProxy::Cut::answer);
    CHECK_THROWS_AS(send(*broker, cut), OutcomeUnknown);
    CHECK(received(*direct).message.id.value == "m-0");
    CHECK(received(*direct).message.id.value == "m-cut");
  }
  CHECK(proxy.cuts_count() == 1);
  CHECK_NOTHROW(send(*broker, note("m-next")));  // over another connection
}

TEST_CASE("a server that is killed has kept what it confirmed, and is found again") {
  auto options = options_named("killed");
  options.reconnect_pause_max_ms = 200ms;
  const auto broker = opened(options);
  std::this_thread::sleep_for(2s);  // a queue of a second's age is known to be kept
  send(*broker, note("m-1"));
  send(*broker, note("m-2"));
  const auto leased = received(*broker);
  server().kill();
  // The server may be found gone only when it does not answer.
  CHECK_THROWS_AS(send(*broker, note("m-3")), Error);
  CHECK_THROWS_AS(send(*broker, note("m-3")), Unavailable);
  CHECK_THROWS_AS(sync_wait(broker->receive("orders")), Unavailable);
  CHECK_THROWS_AS(sync_wait(broker->acknowledge(leased.tag)), LeaseLost);
  server().start();
  std::set<std::string> ids;
  for (int tries = 0; tries < 3'000 && ids.size() < 2; ++tries) {
    try {
      const auto delivery = sync_wait(broker->receive("orders"));
      if (delivery) {
        ids.insert(delivery->message.id.value);
        sync_wait(broker->acknowledge(delivery->tag));
      }
    } catch (const Unavailable&) {
    }
    std::this_thread::sleep_for(10ms);
  }
  CHECK(ids == std::set<std::string>{"m-1", "m-2"});
}

TEST_CASE("a full server takes no messages, says so, and still gives out what it has") {
  if (const auto missing = engines::missing(Engine::rabbitmq, {}); !missing.empty()) SKIP(missing);
  const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  engines::Server full(Engine::rabbitmq, {}, folder.path());
  {
    const auto broker = opened({.url = full.address()});
    std::this_thread::sleep_for(2s);  // a queue of a second's age is known to be kept
    send(*broker, note("m-0"));
  }
  full.kill();
  // More memory than this is in use at once, and then the server is full.
  std::ofstream(folder.path() / "rabbitmq.conf", std::ios::app)
      << "vm_memory_high_watermark.absolute = 1\n";
  full.start();
  const auto broker = opened({.url = full.address(), .answer_timeout_ms = 2'000ms});
  // The first one it takes, and says what it is; whether it keeps that one nobody knows.
  const auto doubted = failure_of<OutcomeUnknown>([&] { send(*broker, note("m-1")); });
  CHECK_THAT(doubted, ContainsSubstring("is full") && ContainsSubstring("memory") &&
                          ContainsSubstring("may be there"));
  // From then on it is asked for nothing.
  const auto refused = failure_of<Unavailable>([&] { send(*broker, note("m-2")); });
  CHECK_THAT(refused,
             ContainsSubstring("is full and takes no messages") && ContainsSubstring("memory"));
  CHECK(received(*broker).message.id.value == "m-0");
  const auto other = sync_wait(broker->receive("orders"));
  if (other) CHECK(other->message.id.value == "m-1");
}

TEST_CASE("a host that is not there, a wrong password and a URL that is none: one clear error") {
  if (const auto missing = engines::missing(Engine::rabbitmq, {}); !missing.empty()) SKIP(missing);
  const auto failure = [](const std::string& url) {
    return failure_of<Error>([&] { opened({.url = url}); });
  };
  const auto refused = failure("amqp://somebody:secret@127.0.0.1:1");
  CHECK_THAT(refused, ContainsSubstring("127.0.0.1:1") && !ContainsSubstring("secret"));
  const auto at = std::to_string(server().port());
  const auto wrong = failure("amqp://guest:secret@127.0.0.1:" + at);
  CHECK_THAT(wrong, ContainsSubstring("ACCESS_REFUSED") && ContainsSubstring("guest") &&
                        !ContainsSubstring("secret"));
  const auto none = failure("amqp:/secret");
  CHECK_THAT(none, ContainsSubstring("amqp://user") && !ContainsSubstring("secret"));
  CHECK_THAT(failure("amqps://u:secret@127.0.0.1"), ContainsSubstring("TLS"));
}

}  // namespace
}  // namespace workshop::tests
