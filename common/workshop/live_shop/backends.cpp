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
#ifdef WORKSHOP_HAS_COSMOS
#include "workshop/store/cosmos/cosmos_store.hpp"
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

[[maybe_unused]] bool is_here(const std::string& url) {
  return url.find("//127.0.0.1") != std::string::npos ||
         url.find("//localhost") != std::string::npos;
}

/// Of an engine on this machine any key will do; an account wants its own.
[[maybe_unused]] std::string key(const char* variable, const std::string& url,
                                 const char* of_engine) {
  auto value = process::environment(variable);
  if (!value.empty()) return value;
  return is_here(url) ? of_engine : address(variable);
}

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

namespace {

OpenStore open_postgresql([[maybe_unused]] const Backends& backends) {
#ifdef WORKSHOP_HAS_POSTGRES
  return listed(std::make_unique<PostgresStore>(
      PostgresStoreOptions{.connection = address("WORKSHOP_POSTGRESQL"),
                           .table = backends.run + "_documents",
                           .connections_max = 6}));
#else
  not_built("PostgreSQL's client", "libpqxx-dev");
#endif
}

OpenStore open_dynamodb([[maybe_unused]] const Backends& backends) {
#ifdef WORKSHOP_HAS_DYNAMODB
  const auto url = address("WORKSHOP_DYNAMODB");
  const auto region = process::environment("AWS_REGION");
  return listed(std::make_unique<DynamoDbStore>(
      DynamoDbStoreOptions{.url = url,
                           .region = region.empty() ? "us-east-1" : region,
                           .table = backends.run + "_documents",
                           .access_key = key("AWS_ACCESS_KEY_ID", url, "anybody"),
                           .secret_key = key("AWS_SECRET_ACCESS_KEY", url, "anything"),
                           .session_token = process::environment("AWS_SESSION_TOKEN")}));
#else
  not_built("what speaks DynamoDB's protocol", "libcurl4-openssl-dev");
#endif
}

/// An engine on this machine is one process, so what it calls Session is as good as Strong; its
/// batches are no transactions. An account has to promise Strong.
OpenStore open_cosmos([[maybe_unused]] const Backends& backends) {
#ifdef WORKSHOP_HAS_COSMOS
  const auto url = address("WORKSHOP_COSMOS");
  return listed(std::make_unique<CosmosStore>(CosmosStoreOptions{
      .url = url,
      .key = key("WORKSHOP_COSMOS_KEY", url, "YW55dGhpbmc="),
      .container = backends.run + "_documents",
      .consistency_min = is_here(url) ? CosmosConsistency::session : CosmosConsistency::strong,
      .has_transactional_batches = !is_here(url),
      .trusts_any_certificate = is_here(url)}));
#else
  not_built("what speaks Cosmos DB's protocol", "libcurl4-openssl-dev libssl-dev");
#endif
}

}  // namespace

OpenStore open_store(const Backends& backends) {
  switch (backends.store) {
    case StoreKind::embedded:
      return listed(std::make_unique<SqliteStore>(
          SqliteStoreOptions{.path = (backends.folder / "store.db").string()}));
    case StoreKind::postgresql:
      return open_postgresql(backends);
    case StoreKind::dynamodb:
      return open_dynamodb(backends);
    case StoreKind::cosmos:
      return open_cosmos(backends);
  }
  throw InvalidRequest("there is no such store");
}

}  // namespace workshop::live_shop
