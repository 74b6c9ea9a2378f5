#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {

/// How a RabbitMqBroker is opened.
struct RabbitMqOptions {
  /// "amqp://user:password@host:5672/virtual-host". Take it from an environment variable, so that
  /// no password stands in a program or a list of processes.
  std::string url = "amqp://guest:guest@127.0.0.1:5672/";
  /// Put before the name of every queue and topic on the server, so that several systems share one.
  std::string prefix;
  /// How many unsettled messages of a queue the server hands to this object in advance. 0: each
  /// `receive` fetches one, which costs a round trip, and nothing waits here.
  std::uint16_t prefetch_count = 0;
  std::chrono::milliseconds connect_timeout_ms{
      5'000};  ///< until the server has opened a connection
  /// Without an answer or a confirmation for so long a connection is dropped.
  std::chrono::milliseconds answer_timeout_ms{10'000};
  /// The longest pause between two attempts to connect; it begins with 50 ms and doubles.
  std::chrono::milliseconds reconnect_pause_max_ms{5'000};
};

/// A Broker on a RabbitMQ server, 3.10 or newer: quorum queues, publisher confirms, manual
/// acknowledgements. It has two connections, each on a thread of its own: one sends, one receives.
///
/// A send that returned is on the disks of most of the queue's replicas. A publish goes to an
/// exchange of the type fanout; one that is OutcomeUnknown may have reached some of the queues.
///
/// Leases. RabbitMQ has no time for a delivery: it belongs to its receiver until that settles it,
/// or until the connection ends. So this object counts the time of a lease, gives the message back
/// when it is over, and `renew` only sets the clock anew: no message goes to the server. When the
/// process ends, or its connection, all its leases end at once, not after `lease_ms`. While the
/// process hangs, they last until the server misses its heartbeats, 10 to 20 s. The server's
/// `consumer_timeout`, 30 minutes by default, limits them all the same: then they are all lost.
/// A tag belongs to the object that received it; for another one it is stale.
///
/// The delivery count is RabbitMQ's: it rises when a delivery ends without acknowledgement, and
/// `deliveries_max` is the delivery limit. After the last delivery the server moves the message to
/// the dead-letter queue, at least once: a server that dies in that moment may move it twice, and
/// `redrive` that dies may leave a message in both queues. Why a delivery was abandoned is not
/// kept.
///
/// With a prefetch, messages wait here until they are received; nobody else receives them
/// meanwhile. When nobody has asked for a queue's messages for the time of a lease they are given
/// back, which counts as a delivery. No dead-letter queue is prefetched.
///
/// A delay is kept by a queue of its own for each length, without receivers, whose messages expire
/// into the target. Its length is rounded up to two digits (1,234 ms to 1,300), up to 49 days.
///
/// A server that is killed within a second after a queue was declared may forget which files are
/// the queue's, and start it empty (seen with 3.10.8: it saves the list of queues twice a second).
/// That goes for the queue of a delay that is asked for the first time in a minute.
///
/// Outcomes. Definite: the server cannot be reached, or refuses; a full server that has said so;
/// a receive without an answer. OutcomeUnknown: a send that was not confirmed before the connection
/// broke; an acknowledgement whose arrival was not. An acknowledgement that returned has reached
/// the server; a server that dies in that moment may deliver once more.
///
/// Thread-safety: any thread may call any function, many at once; each blocks until the server has
/// answered. The coroutines never suspend. `clock` is read by any of these threads.
class RabbitMqBroker final : public Broker {
 public:
  /// Connects at the first operation. Throws InvalidRequest for an address that cannot be read.
  /// No message of an error contains a password. `clock` must outlive it.
  RabbitMqBroker(const Clock& clock, RabbitMqOptions options);
  ~RabbitMqBroker() override;

  /// Creates a queue and its dead-letter queue on the server, unless they are there; with another
  /// `deliveries_max` InvalidRequest. A queue must be declared by every object that receives from
  /// it, because the server does not know `lease_ms`.
  void declare_queue(const std::string& name, QueueOptions options = {});

  /// Delivers what is published to `topic` into `queue` as well. Idempotent.
  void subscribe(const std::string& topic, const std::string& queue);

  Task<void> send(std::string queue, Message message,
                  std::chrono::milliseconds delay = std::chrono::milliseconds{0}) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason = {}) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace workshop
