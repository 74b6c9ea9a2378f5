#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/testing/conformance.hpp"

namespace workshop {

/// The queues and subscriptions that one property needs.
struct BrokerSetup {
  /// A queue to declare.
  struct Queue {
    std::string name;      ///< unique in the setup
    QueueOptions options;  ///< leases and limits; times in milliseconds
  };
  /// What is published to `topic` shall come to `queue`.
  struct Subscription {
    std::string topic;  ///< a type of event
    std::string queue;  ///< one of the setup's
  };
  std::vector<Queue> queues;                ///< all that there shall be
  std::vector<Subscription> subscriptions;  ///< the same
};

/// A broker under test and the hands that its world gives to the suite.
struct BrokerUnderTest {
  std::shared_ptr<Broker> broker;  ///< called from several threads if `threads` is offered
  /// Lets at least this much time pass: moves a simulated clock, or sleeps.
  std::function<void(std::chrono::milliseconds)> advance;
  /// Of a durable broker: closes it with its leases open, as a crash would, and opens it again on
  /// the same data. The broker given away is no longer used.
  std::function<std::shared_ptr<Broker>(std::shared_ptr<Broker>)> reopen = {};
};

/// Makes a broker with exactly these queues and subscriptions, without messages. Called once for
/// each property.
using BrokerFactory = std::function<BrokerUnderTest(const BrokerSetup&)>;

/// What an implementation offers. What it does not offer is not tested.
struct BrokerFeatures {
  bool delayed_delivery = true;  ///< `send` takes a delay
  bool renewal = true;           ///< `renew` extends a lease
  bool threads = true;           ///< any thread may call the broker
  bool durable = false;          ///< `reopen` is given, and messages survive it
  bool ordered = false;          ///< messages are received in the order in which they were sent
  bool keeps_failures = false;   ///< a dead letter tells the last reason of an abandoned delivery
  /// The unit of time of the suite: leases run for 4 units and more, so a broker on a real clock
  /// needs units that are long against the time of one operation.
  std::chrono::milliseconds unit_ms{1'000};
  /// How long a message may take from the end of an operation until it can be received. `receive`
  /// is tried again so long.
  std::chrono::milliseconds visible_after_max_ms{0};
  std::uint32_t thread_messages_count = 500;  ///< messages that each of four threads sends
};

/// Tests the sentences of the Broker contract, each with a fresh broker. Returns those that do not
/// hold, in a fixed order; nothing when the broker conforms. `property` of a failure is one of
/// `broker_conformance_properties`.
///
/// Not tested, because no operation of the contract provokes it: Unavailable, OutcomeUnknown, and
/// that a `publish` that fails reaches no queue.
std::vector<ConformanceFailure> broker_conformance(const BrokerFactory& factory,
                                                   const BrokerFeatures& features);

/// The sentences that `broker_conformance` tests with these features.
std::vector<std::string> broker_conformance_properties(const BrokerFeatures& features);

}  // namespace workshop
