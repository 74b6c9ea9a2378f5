#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "workshop/broker/broker.hpp"
#include "workshop/broker/rabbitmq/amqp_link.hpp"
#include "workshop/core/clock.hpp"

namespace workshop::detail {

/// Receives and settles messages over a connection of its own, a channel for each queue, so that
/// what the server refuses about one queue ends no lease of another. Thread-safe; each call blocks.
class RabbitReceiver final : private AmqpEvents {
 public:
  struct Queue {
    std::string name;  ///< on the server
    std::chrono::milliseconds lease_ms;
    /// How many unsettled messages the server gives to this process; 0: each receive fetches one.
    std::uint16_t prefetch_count;
  };
  /// A delivery as it came.
  struct Received {
    AmqpReceived message;
    LeaseTag tag;
    std::uint32_t left_count = 0;  ///< how many more were in the queue; 0 with a prefetch
  };

  RabbitReceiver(AmqpAddress address, AmqpLink::Limits limits, const Clock& clock);

  /// Declares a queue, as QueueOptions say, and its dead-letter queue. InvalidRequest when it is
  /// there with other options.
  void declare(const std::string& queue, const std::string& dead_letters,
               std::uint32_t deliveries_max);
  /// Delivers what is published to an exchange into a queue as well.
  void bind(const std::string& exchange, const std::string& queue);

  std::optional<Received> receive(const Queue& queue);
  void acknowledge(const LeaseTag& tag);
  void abandon(const LeaseTag& tag);
  void renew(const LeaseTag& tag);

 private:
  struct Lease {
    amqp_channel_t channel = 0;
    std::uint64_t delivery_tag = 0;
    Timestamp due;
    std::chrono::milliseconds lease_ms{0};
  };
  struct Consumed {  // a queue that messages are received from
    Queue queue;
    amqp_channel_t channel = 0;
    bool is_open = false;
    std::uint64_t opening = 0;  // which opening of a channel: delivery tags begin anew with it
    bool is_consuming = false;  // whether the server sends messages by itself
    std::deque<AmqpContent> waiting;  // what it has sent, and nobody has received
    Timestamp received_at;            // when somebody asked for the last time
  };
  using Promise = std::shared_ptr<std::promise<void>>;
  using Answer = std::shared_ptr<std::promise<std::optional<Received>>>;

  void on_method(amqp_channel_t channel, const amqp_method_t& method) override;
  void on_content(amqp_channel_t channel, AmqpContent content) override;
  void on_channel_closed(amqp_channel_t channel, int code, const std::string& reason) override;
  void on_lost(const std::string& reason) override;
  void on_time() override;

  void prepare();
  void declare_now(const std::string& name, amqp_table_t arguments, const Promise& promise);
  Consumed& consumed(const Queue& queue);
  void fetch(const std::string& name, const Answer& answer);
  void consume(const std::string& name, const Answer& answer);
  void stop_consuming(Consumed& consumed);
  std::optional<Received> take_waiting(Consumed& consumed);
  Received leased(const Consumed& consumed, AmqpContent content);
  Lease take(const LeaseTag& tag);
  void expire();
  void give_back(amqp_channel_t channel, std::uint64_t delivery_tag);
  void when_taken(amqp_channel_t channel, std::function<void(AmqpAnswer)> taken);
  void drop_leases(amqp_channel_t channel);

  const Clock& clock_;
  bool is_declaring_ = false;  // whether the channel for declarations is open
  std::string connection_id_;  // unique: tags of an earlier connection are stale
  std::unordered_map<std::string, Lease> leases_;
  std::map<std::string, Consumed> queues_;
  amqp_channel_t last_channel_ = 1;
  std::uint64_t openings_count_ = 0;
  AmqpLink link_;  // the last one: its thread uses all of the above
};

}  // namespace workshop::detail
