// Lab 12's solution, unchanged, on a RabbitMQ and a database that are killed while it works.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>

#include "payments_handler.hpp"
#include "workshop/broker/rabbitmq/rabbitmq_broker.hpp"
#include "workshop/engines/server.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/shop/business.hpp"
#include "workshop/store/dynamodb/dynamodb_store.hpp"
#include "workshop/store/postgres/postgres_store.hpp"

namespace workshop::tests {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;
using engines::Engine;
using engines::Server;
using shop::BookPayment;
using shop::Order;

const engines::Places kPlaces{WORKSHOP_ENGINE_MODULES};
const SystemClock kClock;
constexpr int kOrders = 8;
constexpr int kPayments = 160;  // of a coin each, and each is sent twice
/// An engine that is down fails deliveries fast; none shall be given up for that.
constexpr QueueOptions kQueue{.lease_ms = 5'000ms, .deliveries_max = 100'000};

std::string order_of(int payment) { return "order-" + std::to_string(payment % kOrders); }

/// An engine in a folder of its own.
struct Running {
  explicit Running(Engine engine) : server(engine, kPlaces, folder.path()) {}
  process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  Server server;
};

/// Skips the test when one of them is not installed.
void require_engines(std::initializer_list<Engine> wanted) {
  for (const auto engine : wanted) {
    if (const auto why = engines::missing(engine, kPlaces); !why.empty()) SKIP(why);
  }
}

std::unique_ptr<Store> store_on(Engine engine, const Server& server) {
  if (engine == Engine::postgresql) {
    return std::make_unique<PostgresStore>(PostgresStoreOptions{.connection = server.address()});
  }
  return std::make_unique<DynamoDbStore>(DynamoDbStoreOptions{
      .url = server.address(), .access_key = "anybody", .secret_key = "anything"});
}

/// What an engine that is down refuses is tried again: a send and a read may be repeated.
template <class Operation>
auto until_done(Operation operation) {
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (true) {
    try {
      return operation();
    } catch (const Error&) {
      if (std::chrono::steady_clock::now() > until) throw;
      std::this_thread::sleep_for(50ms);
    }
  }
}

/// What is wrong with the orders, "" for nothing.
std::string audit_of_orders(Store& store) {
  for (int order = 0; order < kOrders; ++order) {
    const auto name = order_of(order);
    const auto loaded = until_done([&] { return sync_wait(EntityStore(store).load<Order>(name)); });
    if (loaded.value.paid != kPayments / kOrders) {
      return name + " has " + std::to_string(loaded.value.paid) + " coins of " +
             std::to_string(kPayments / kOrders);
    }
    if (!loaded.value.outbox.empty()) return name + " keeps messages";
  }
  return {};
}

/// What is wrong with the events: each payment is told by one event, however often that comes.
std::string audit_of_events(Broker& broker) {
  std::map<std::string, std::set<std::string>> events;
  for (int empty_count = 0; empty_count < 10;) {
    const auto delivery = until_done([&] { return sync_wait(broker.receive("loyalty")); });
    if (!delivery) {
      ++empty_count;
      std::this_thread::sleep_for(50ms);
      continue;
    }
    events[std::string(delivery->message.header(header::kCausationId))].insert(
        delivery->message.id.value);
    sync_wait(broker.acknowledge(delivery->tag));
  }
  for (const auto& [payment, ids] : events) {
    if (ids.size() != 1) return payment + " has " + std::to_string(ids.size()) + " events";
  }
  return events.size() == kPayments ? "" : std::to_string(events.size()) + " payments have events";
}

/// Sends all payments twice to a host with `endpoint`, with kills in between, and says what is
/// wrong when it has come to rest.
std::string run_shop(Running& rabbitmq, Engine engine, Running& database, const std::string& prefix,
                     const Endpoint& endpoint, bool kills) {
  RabbitMqBroker broker(kClock, {.url = rabbitmq.server.address(),
                                 .prefix = prefix,
                                 .answer_timeout_ms = 5'000ms,
                                 .reconnect_pause_max_ms = 200ms});
  broker.declare_queue("payments", kQueue);
  broker.declare_queue("loyalty", kQueue);
  broker.subscribe("PaymentBooked", "loyalty");
  const auto store = store_on(engine, database.server);
  Host host(broker, {.threads_count = 8, .backoff_max_ms = 200ms});
  host.run(endpoint, *store, {.handlers_count = 8, .queue = kQueue});
  if (kills) std::this_thread::sleep_for(2s);  // RabbitMQ has saved its list of queues
  for (int payment = 0; payment < 2 * kPayments; ++payment) {
    const auto number = payment % kPayments;
    const auto message = make_message(BookPayment{order_of(number), 1},
                                      MessageId{"payment-" + std::to_string(number)});
    until_done([&] { sync_wait(broker.send("payments", message)); });
    if (!kills || payment % 60 != 30) continue;
    auto& killed = payment == 90 ? rabbitmq.server : database.server;
    killed.kill();
    killed.start();
  }
  const auto until = std::chrono::steady_clock::now() + 60s;
  while (kills && !audit_of_orders(*store).empty() && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(100ms);
  }
  host.wait_until_idle(30s);
  host.stop();
  if (auto wrong = audit_of_orders(*store); !wrong.empty()) return wrong;
  if (sync_wait(broker.receive(dead_letter_queue_of("payments")))) return "dead-lettered";
  return audit_of_events(broker);
}

Endpoint solution() {
  Endpoint endpoint("payments");
  endpoint.on<BookPayment>(&shop::handle);
  return endpoint;
}

TEST_CASE("lab 12's solution keeps its promise on RabbitMQ and PostgreSQL that are killed") {
  require_engines({Engine::rabbitmq, Engine::postgresql});
  Running rabbitmq(Engine::rabbitmq);
  Running database(Engine::postgresql);
  CHECK(run_shop(rabbitmq, Engine::postgresql, database, "postgresql/", solution(), true) == "");
}

/// What people write first: the payment is booked again whenever its message comes again.
Task<void> handle_without_inbox(const BookPayment& command, HandlerContext& context) {
  auto order = co_await context.store().load<Order>(command.order_id);
  const auto messages = shop::book(command, order.value, context);
  co_await context.store().save(order);
  for (const auto& message : messages) co_await context.publish(message);
}

TEST_CASE("lab 12's solution keeps its promise on RabbitMQ and DynamoDB that are killed") {
  require_engines({Engine::rabbitmq, Engine::dynamodb});
  Running rabbitmq(Engine::rabbitmq);
  {
    Running database(Engine::dynamodb);
    CHECK(run_shop(rabbitmq, Engine::dynamodb, database, "dynamodb/", solution(), true) == "");
  }
  // The same audit, without a kill, finds the handler that books again.
  Running database(Engine::dynamodb);
  Endpoint naive("payments");
  naive.on<BookPayment>(&handle_without_inbox);
  CHECK_THAT(run_shop(rabbitmq, Engine::dynamodb, database, "naive/", naive, false),
             ContainsSubstring("has 40 coins of 20"));
}

}  // namespace
}  // namespace workshop::tests
