#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "workshop/endpoint/endpoint.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/session.hpp"
#include "workshop/explore/world/scheduled_http.hpp"

namespace workshop::shop {

using enum explore::Invariant;
using explore::Bounds;
using explore::error_was_let_out;
using explore::Fault;
using explore::Faults;
using explore::StoreView;
using explore::Verdict;
using explore::Violation;

/// The number of handlers, each a process, that compete for a queue's messages.
struct ToHandlers {
  int count;  ///< from 1
};
/// As a word of the sentence: `to_handlers(2)`.
inline ToHandlers to_handlers(int count) { return {count}; }

/// How many copies of a delivered message are in the queue at the start, without any fault.
struct Copies {
  std::uint32_t count;  ///< from 1
};
/// One copy.
inline Copies once() { return {1}; }
/// Two copies of one message.
inline Copies duplicated() { return {2}; }

/// A scenario of the gift shop, written as a sentence; `holds` explores it.
///
///     auto scenario = gift_shop("payments")
///         .handles<BookPayment>(&handle)
///         .with("order-1", Order{})
///         .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated());
///     REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_ghost_message));
///
/// Each function returns the scenario with something added. Not thread-safe.
class GiftShop {
 public:
  /// A shop whose one endpoint has this name; more can be added with `and_endpoint`.
  explicit GiftShop(std::string endpoint);

  /// The endpoint handles messages of the type `Payload` with this function.
  template <class Payload>
  GiftShop& handles(Task<void> (*handle)(const Payload&, HandlerContext&)) {
    endpoint_->on<Payload>(handle);
    return *this;
  }

  /// The endpoint handles what this function makes it handle.
  GiftShop& handled_by(const std::function<void(Endpoint&)>& handlers) {
    handlers(*endpoint_);
    return *this;
  }

  /// Adds a pipeline behaviour to the endpoint, inside those added before.
  GiftShop& with_behaviour(std::shared_ptr<Behaviour> behaviour);

  /// This many handlers wait for the endpoint's messages, even if its queue is empty at the start.
  GiftShop& with_handlers(ToHandlers handlers);

  /// The calls after this one are about another endpoint with a queue of its own.
  GiftShop& and_endpoint(std::string endpoint);

  /// The endpoint's queue also gets the events of this type.
  template <class Event>
  GiftShop& subscribed_to() {
    return subscribe(std::string(type_name<Event>()));
  }

  /// An entity that exists from the start.
  template <class T>
  GiftShop& with(const std::string& id, const T& value) {
    return with_document(EntityStore::key_of<T>(id), to_json(value));
  }
  /// A document that exists from the start, in the `store`-th store.
  GiftShop& with_document(Key key, std::string body, std::size_t store = 0);

  /// The store's profile; `relational` when it is not called.
  GiftShop& on_store(Profile profile);

  /// Several stores; `ProcessContext::store(i)` is the i-th. Endpoints have the first one.
  GiftShop& on_stores(std::vector<Profile> profiles);

  /// A message that is in the endpoint's queue at the start; ids are m1, m2, … in this order.
  template <class Payload>
  GiftShop& deliver(const Payload& payload, ToHandlers handlers = {1}, Copies copies = {1}) {
    return deliver_message(make_message(payload, next_id()), handlers, copies);
  }
  /// The same, of a message that the test has made.
  GiftShop& deliver_message(Message message, ToHandlers handlers, Copies copies);

  /// A process that runs once, from the start, beside the handlers; after a crash it starts again.
  GiftShop& with_process(std::string name,
                         std::function<Task<void>(EntityStore&, Broker&)> program);

  /// A server on the simulated network, with this many processes that execute requests.
  GiftShop& with_server(std::string authority, int processes_count, explore::ServerHandler handler);

  /// A process that runs once, from the start, with access to stores, broker and network.
  GiftShop& with_client(std::string name, explore::Round program, bool restarts = false);

  /// How often the state shows the effect of a message of the type `Payload`, such as "paid". O1
  /// wants it once. InvalidRequest when it was said before.
  template <class Payload>
  GiftShop& effect(std::string name, std::function<int(const StoreView&, const Payload&)> count) {
    return count_effects(
        std::move(name),
        [count](const StoreView& view, const Message& message) {
          return count(view, payload_of<Payload>(message));
        },
        std::string(type_name<Payload>()));
  }

  /// Each message of the type `Cause` shall cause `count` events (or commands) of the type `Event`.
  template <class Event, class Cause>
  GiftShop& emits(std::uint32_t count = 1) {
    return expect_output(std::string(type_name<Event>()), std::string(type_name<Cause>()), count);
  }
  /// All messages together shall cause `count` of the type `Event`.
  template <class Event>
  GiftShop& emits_in_all(std::uint32_t count) {
    return expect_output(std::string(type_name<Event>()), "", count);
  }
  /// All messages together shall cause this very event (or command), under one id.
  template <class Event>
  GiftShop& emits_once(const Event& event) {
    return expect_output(std::string(type_name<Event>()), "", 1, to_json(event));
  }

  /// Only writes to entities of the type `T` commit an attempt; called again, also those of others.
  template <class T>
  GiftShop& commits_by_saving() {
    return commit_by([](const Key& key) { return key.id == type_name<T>(); });
  }

  /// What is left over in an entity of the type `T` at rest, or nothing. Called again it adds to
  /// what was said before.
  template <class T>
  GiftShop& leftover(std::function<std::optional<std::string>(const T&)> find) {
    return find_garbage([find](const Document& document) -> std::optional<std::string> {
      if (document.key.id != type_name<T>()) return std::nullopt;
      return find(from_json<T>(document.body));
    });
  }

  /// O2 by attempts: the attempt that made a message must itself have committed.
  GiftShop& ghosts_by_attempt();

  /// Anything else that must hold at rest. Called again it adds to what was said before, which is
  /// asked first.
  GiftShop& at_rest(std::function<std::optional<Violation>(const StoreView&)> check);

  /// The bounds of the exploration; 2 faults (crashes, duplicates) and 2 preemptions if not called.
  GiftShop& up_to(std::uint32_t faults_max, std::uint32_t preemptions_max);
  /// More than these bounds the scenario does not promise: its customers ask so often and then go
  /// home. `prove` leaves them as they are.
  GiftShop& and_no_further();
  /// Which faults are tried.
  GiftShop& with_faults(Faults faults);
  /// All messages are there from the start; otherwise the search begins with the first one alone.
  GiftShop& all_messages_at_once();

  /// Each message was delivered so often before, to handlers that have left no trace.
  GiftShop& delivered_before(std::uint32_t deliveries_count);

  /// Checks that this many deliveries are enough however the handlers overtake each other: all
  /// messages are there from the start, there are no faults, every switch between handlers is
  /// tried, and a message that was received this often is given up. For specifications; it takes
  /// too many executions for a lab.
  GiftShop& every_switch(std::uint32_t deliveries_max);

  /// Explores the scenario for these invariants, and that it comes to rest (O7).
  template <class... I>
  Verdict holds(I... invariants) {
    (scenario_.expectations.invariants.add(invariants), ...);
    return run();
  }

  /// The scenario itself, for settings that have no function here.
  explore::Scenario& scenario() noexcept { return scenario_; }

 private:
  GiftShop& subscribe(std::string topic);
  GiftShop& expect_output(std::string type, std::string cause, std::uint32_t count,
                          std::string body = {});
  GiftShop& count_effects(std::string name,
                          std::function<int(const StoreView&, const Message&)> count,
                          std::string type);
  GiftShop& find_garbage(std::function<std::optional<std::string>(const Document&)> find);
  GiftShop& commit_by(std::function<bool(const Key&)> commits);
  MessageId next_id() const;
  Verdict run();

  explore::Scenario scenario_;
  std::shared_ptr<Endpoint> endpoint_;
  std::map<std::string, std::function<int(const StoreView&, const Message&)>> effects_;
};

/// A scenario whose queue is called `endpoint`.
inline GiftShop gift_shop(std::string endpoint) { return GiftShop(std::move(endpoint)); }

}  // namespace workshop::shop
