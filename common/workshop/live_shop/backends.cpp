#include "workshop/live_shop/backends.hpp"

#include <utility>

#include "workshop/live_shop/documents.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/store/sqlite_store.hpp"
#ifdef WORKSHOP_HAS_RABBITMQ
#include "workshop/broker/rabbitmq/rabbitmq_broker.hpp"
#endif
#ifdef WORKSHOP_HAS_POSTGRES
#include "workshop/store/postgres/postgres_store.hpp"
#endif
#ifdef WORKSHOP_HAS_DYNAMODB
#include "workshop/store/dynamodb/dynamodb_store.hpp"
#endif

namespace workshop::live_shop {
namespace {

const SystemClock kClock;

[[noreturn]] [[maybe_unused]] void not_built(const char* what, const char* package) {
  throw InvalidRequest(std::string("this shop was built without ") + what +
                       ": install it with `scripts/setup --engines` (Debian: " + package +
                       "), remove the build folder's CMakeCache.txt, and start the shop again");
}

std::string address(const char* variable) {
  auto value = process::environment(variable);
  if (!value.empty()) return value;
  throw InvalidRequest(std::string(variable) +
                       " is not set: it says where the server is (docs/engines.md)");
}

template <class DeclaringBroker>
void declare(DeclaringBroker& broker, const Backends& backends) {
  for (const auto& queue : queues()) {
    broker.declare_queue(queue,
                         {.lease_ms = Backends::kLease, .deliveries_max = backends.deliveries_max});
  }
  for (const auto* subscriber : {kLoyalty, kWarehouse}) {
    broker.subscribe("PaymentBooked", subscriber);
  }
}

template <class ListingStore>
OpenStore listed(std::unique_ptr<ListingStore> store) {
  auto* const lists = store.get();
  return {std::move(store), [lists] { return lists->documents(); }};
}

#ifdef WORKSHOP_HAS_DYNAMODB
/// Of an engine on this machine any key will do; an account wants its own.
std::string key(const char* variable, const std::string& url, const char* of_engine) {
  auto value = process::environment(variable);
  if (!value.empty()) return value;
  if (url.find("//127.0.0.1") != std::string::npos ||
      url.find("//localhost") != std::string::npos) {
    return of_engine;
  }
  return address(variable);
}
#endif

}  // namespace

std::vector<std::string> queues() { return {kOrders, kPayments, kLoyalty, kWarehouse}; }

OpenBroker open_broker(const Backends& backends) {
  if (backends.broker == BrokerKind::embedded) {
    auto broker = std::make_unique<InProcessBroker>(
        kClock, InProcessBroker::Options{.journal_path = backends.folder / "journal.db"});
    declare(*broker, backends);
    auto* const embedded = broker.get();
    return {std::move(broker), embedded};
  }
#ifdef WORKSHOP_HAS_RABBITMQ
  auto broker = std::make_unique<RabbitMqBroker>(
      kClock, RabbitMqOptions{.url = address("WORKSHOP_RABBITMQ"),
                              .prefix = backends.run + "/",
                              .answer_timeout_ms = std::chrono::milliseconds(5'000),
                              .reconnect_pause_max_ms = std::chrono::milliseconds(200)});
  declare(*broker, backends);
  return {std::move(broker), nullptr};
#else
  not_built("RabbitMQ's client", "librabbitmq-dev");
#endif
}

OpenStore open_store(const Backends& backends) {
  switch (backends.store) {
    case StoreKind::embedded:
      return listed(std::make_unique<SqliteStore>(
          SqliteStoreOptions{.path = (backends.folder / "store.db").string()}));
    case StoreKind::postgresql:
#ifdef WORKSHOP_HAS_POSTGRES
      return listed(std::make_unique<PostgresStore>(
          PostgresStoreOptions{.connection = address("WORKSHOP_POSTGRESQL"),
                               .table = backends.run + "_documents",
                               .connections_max = 6}));
#else
      not_built("PostgreSQL's client", "libpqxx-dev");
#endif
    case StoreKind::dynamodb:
#ifdef WORKSHOP_HAS_DYNAMODB
    {
      const auto url = address("WORKSHOP_DYNAMODB");
      const auto region = process::environment("AWS_REGION");
      return listed(std::make_unique<DynamoDbStore>(
          DynamoDbStoreOptions{.url = url,
                               .region = region.empty() ? "us-east-1" : region,
                               .table = backends.run + "_documents",
                               .access_key = key("AWS_ACCESS_KEY_ID", url, "anybody"),
                               .secret_key = key("AWS_SECRET_ACCESS_KEY", url, "anything"),
                               .session_token = process::environment("AWS_SESSION_TOKEN")}));
    }
#else
      not_built("what speaks DynamoDB's protocol", "libcurl4-openssl-dev");
#endif
  }
  throw InvalidRequest("there is no such store");
}

}  // namespace workshop::live_shop
