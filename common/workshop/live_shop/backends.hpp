#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/store/store.hpp"

namespace workshop::live_shop {

/// Where messages are.
enum class BrokerKind { embedded, rabbitmq };
/// Where documents are.
enum class StoreKind { embedded, postgresql, dynamodb, cosmos };

/// The broker and the store of a run. Where a server is, and with which keys, stands in the
/// environment (WORKSHOP_RABBITMQ, WORKSHOP_POSTGRESQL, WORKSHOP_DYNAMODB, AWS_…, WORKSHOP_COSMOS,
/// WORKSHOP_COSMOS_KEY), never on a command line.
struct Backends {
  BrokerKind broker = BrokerKind::embedded;  ///< where messages are
  StoreKind store = StoreKind::embedded;     ///< where documents are
  /// Of the embedded ones' files.
  std::filesystem::path folder;
  /// Before the names of queues, and in that of the table, of a server that others use too.
  std::string run = "shop";
  /// How often a message is delivered before it is given up.
  std::uint32_t deliveries_max = 20;

  /// How long a message stays with a receiver that has lost it.
  static constexpr std::chrono::milliseconds kLease{2'000};
};

/// An open broker, with what the contract of brokers does not have.
struct OpenBroker {
  std::unique_ptr<Broker> broker;       ///< open, with the queues of the shop
  InProcessBroker* embedded = nullptr;  ///< the same, when it is
};

/// Opens the broker and declares the shop's queues. Throws Unavailable or InvalidRequest, in one
/// sentence that names the mend and no secret.
OpenBroker open_broker(const Backends& backends);

/// An open store, and a way to see all its documents.
struct OpenStore {
  /// Open.
  std::unique_ptr<Store> store;
  /// reads all of them; throws what the engine throws
  std::function<std::vector<Document>()> documents;
};

/// Opens the store. Throws as `open_broker` does.
OpenStore open_store(const Backends& backends);

/// The queues of the shop, without their dead-letter queues.
std::vector<std::string> queues();

}  // namespace workshop::live_shop
