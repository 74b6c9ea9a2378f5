#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/core/error.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"

namespace workshop {

/// Names one delivery of one message: a message delivered again gets a new tag, and the old one is
/// stale. Opaque.
struct LeaseTag {
  std::string value;  ///< opaque

  /// Two tags are equal when they name the same delivery; their order means nothing.
  friend auto operator<=>(const LeaseTag&, const LeaseTag&) = default;
};

/// One delivery of a message to one receiver, leased to it for a limited time. A value; copies
/// share the message, also with a queue that keeps it, and it never changes.
struct Delivery {
  /// Of an empty message.
  Delivery() : Delivery({}, Message{}, {}) {}
  /// Keeps the message.
  Delivery(std::string its_queue, Message its_message, LeaseTag its_tag, std::uint32_t count = 1)
      : Delivery(std::move(its_queue), std::make_shared<const Message>(std::move(its_message)),
                 std::move(its_tag), count) {}
  /// Shares the message, which is not null.
  Delivery(std::string its_queue, std::shared_ptr<const Message> its_message, LeaseTag its_tag,
           std::uint32_t count = 1)
      : queue(std::move(its_queue)),
        message(*its_message),
        tag(std::move(its_tag)),
        delivery_count(count),
        shared_(std::move(its_message)) {}
  /// Shares the message with `other`.
  Delivery(const Delivery& other) = default;
  /// `other` still has its message.
  Delivery(Delivery&& other) noexcept
      : queue(std::move(other.queue)),
        message(other.message),
        tag(std::move(other.tag)),
        delivery_count(other.delivery_count),
        shared_(other.shared_) {}
  /// As if it were made anew: the reference goes along.
  Delivery& operator=(Delivery other) noexcept {
    std::destroy_at(this);
    return *std::construct_at(this, std::move(other));
  }
  ~Delivery() = default;

  std::string queue;             ///< that it came from
  const Message& message;        ///< as it was sent
  LeaseTag tag;                  ///< of this delivery
  std::uint32_t delivery_count;  ///< how often this message was delivered, including this time

 private:
  std::shared_ptr<const Message> shared_;
};

/// What a queue does with messages that are not settled.
struct QueueOptions {
  std::chrono::milliseconds lease_ms{30'000};  ///< how long a delivery belongs to its receiver
  std::uint32_t deliveries_max = 10;  ///< after so many deliveries a message is dead-lettered
};

/// A message broker: queues with leases, topics with subscriptions.
///
/// Delivery is at-least-once and in no promised order. A received message is invisible to others
/// while its lease runs. It leaves the queue when the delivery is acknowledged; it becomes visible
/// again when the delivery is abandoned or the lease expires (also when the receiver crashed). When
/// a message has been delivered `deliveries_max` times and is not acknowledged, it moves to the
/// queue's dead-letter queue, with its id, body and headers kept and `dead-letter-reason` set. A
/// broker that keeps why deliveries were abandoned sets `dead-letter-failure` to the last reason.
/// In the dead-letter queue its delivery count starts at zero; that queue gives up no message.
///
/// Errors. Definite: LeaseLost (a stale tag), InvalidRequest (an unknown queue), Unavailable.
/// Unknown: OutcomeUnknown; the message of a send may have been sent.
/// Thread-safety depends on the implementation; InProcessBroker serialises calls from any thread.
class Broker {
 public:
  Broker() = default;
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;
  virtual ~Broker() = default;

  /// Adds a message to a queue; it becomes visible after `delay`, which is not negative. The broker
  /// does not deduplicate.
  virtual Task<void> send(std::string queue, Message message,
                          std::chrono::milliseconds delay = std::chrono::milliseconds{0}) = 0;

  /// Sends the message to every queue that subscribes to the topic, to all or to none. It is not an
  /// error if there is no subscription; then the message is dropped.
  virtual Task<void> publish(std::string topic, Message message) = 0;

  /// Leases the next visible message; returns nothing when there is none at this moment.
  virtual Task<std::optional<Delivery>> receive(std::string queue) = 0;

  /// Settles a delivery: the message leaves the queue.
  virtual Task<void> acknowledge(LeaseTag tag) = 0;

  /// Gives a delivery back: the message becomes visible again at once, as it was sent. `reason` is
  /// why, such as what the handler threw; "" tells nothing. It is for people, in logs, stories and
  /// dead letters, and a broker may keep it.
  virtual Task<void> abandon(LeaseTag tag, std::string reason = {}) = 0;

  /// Extends a running lease by the queue's `lease_ms` from now. An expired lease is LeaseLost.
  virtual Task<void> renew(LeaseTag tag) = 0;

  /// Moves every message of the queue's dead-letter queue that is not leased back to the queue, its
  /// delivery count at zero, its id kept, `dead-letter-reason` and `dead-letter-failure` removed.
  /// Returns how many were moved. The name of a dead-letter queue is InvalidRequest.
  virtual Task<std::size_t> redrive(std::string queue) = 0;
};

/// What the name of a dead-letter queue ends with.
inline constexpr std::string_view kDeadLetterSuffix = "/dead-letter";

/// The name of a queue's dead-letter queue: it can be received from like any other.
inline std::string dead_letter_queue_of(const std::string& queue) {
  return queue + std::string(kDeadLetterSuffix);
}

}  // namespace workshop
