#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/archive.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::shop {

/// The gift shop without explorer and without faults: the real store and the real broker, in
/// memory, a clock that only the test moves, and an archive of what is told. For tests that read
/// what handlers write and tell. Not thread-safe.
class QuietShop {
 public:
  /// A shop whose database has this profile. Events of the types `archived` go into its archive.
  QuietShop(Profile profile, std::initializer_list<std::string> archived);
  QuietShop(const QuietShop&) = delete;
  QuietShop& operator=(const QuietShop&) = delete;

  /// An entity that is there from the start.
  template <class T>
  void with(const std::string& id, const T& value) {
    run_inline(store_.put(EntityStore::key_of<T>(id), to_json(value), Expected::absent()));
  }
  /// A new endpoint and its queue; what is returned is to be given its handlers. InvalidRequest
  /// when there is one of this name.
  Endpoint& open(const std::string& endpoint, QueueOptions options = {});

  /// Sends the message to an endpoint.
  void send(const std::string& endpoint, Message message);
  /// Handles the next message of an endpoint; false when there is none.
  bool handle_one(const std::string& endpoint);
  /// Handles messages of an endpoint until none is left.
  void handle_all(const std::string& endpoint);

  /// The entity, which must exist.
  template <class T>
  T entity(const std::string& id) const {
    return from_json<T>(body_of<T>(id));
  }
  /// How many bytes the entity's document has, its key apart.
  template <class T>
  std::size_t bytes_of(const std::string& id) const {
    return body_of<T>(id).size();
  }

  /// The time of store and broker.
  SimulatedClock& clock() noexcept { return clock_; }
  /// The store, to put something there.
  SqliteStore& store() noexcept { return store_; }
  /// The same, to look at it.
  const SqliteStore& store() const noexcept { return store_; }
  /// The broker, to look at its queues.
  InProcessBroker& broker() noexcept { return broker_; }
  /// What those hear who wait for the archived events.
  const Archive& archive() const noexcept { return archive_; }

 private:
  template <class T>
  std::string body_of(const std::string& id) const {
    return body_of(EntityStore::key_of<T>(id));
  }
  std::string body_of(const Key& key) const;
  const Endpoint& endpoint(const std::string& name) const;

  SimulatedClock clock_;
  SqliteStore store_;
  InProcessBroker broker_;
  Archive archive_;
  std::map<std::string, Endpoint> endpoints_;
};

/// Two payments for order-1, payment-30 of 30 coins and payment-5 of 5, in the conversation cart-1.
std::vector<Message> payments_of_cart_1();

/// What is wrong with what the archive heard when these were handled; "" when nothing is. It shall
/// have one event for each of them, in their order, that says order and amount and which payment
/// caused it in which conversation, under an id of its own.
std::string wrong_in_events_of_cart_1(const Archive& archive);

}  // namespace workshop::shop
