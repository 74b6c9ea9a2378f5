#pragma once

#include <chrono>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "workshop/broker/rabbitmq/amqp_link.hpp"

namespace workshop::detail {

/// Sends messages over a connection of its own, and waits for the server to confirm each. Many may
/// wait at once. The connection is apart from the receivers', because a server that is short of
/// disk or memory stops reading from connections that send. Thread-safe; each call blocks.
class RabbitPublisher final : private AmqpEvents {
 public:
  RabbitPublisher(AmqpAddress address, AmqpLink::Limits limits);

  /// To one queue, after `delay`. InvalidRequest when there is no such queue. `queue` is the name
  /// on the server.
  void send(const std::string& queue, const Message& message, std::chrono::milliseconds delay);
  /// To all queues that are bound to this exchange, which is created when it is not there.
  void publish(const std::string& exchange, const Message& message);

 private:
  using Promise = std::shared_ptr<std::promise<void>>;
  struct Unconfirmed {
    Promise promise;
    std::string routing_key;
    bool was_returned = false;
    AmqpLink::SteadyTime deadline;
  };

  void on_method(amqp_channel_t channel, const amqp_method_t& method) override;
  void on_content(amqp_channel_t channel, AmqpContent content) override;
  void on_channel_closed(amqp_channel_t channel, int code, const std::string& reason) override;
  void on_lost(const std::string& reason) override;
  void on_time() override;

  void prepare();
  void declare_delay_queue(const std::string& name, const std::string& queue, std::int64_t delay_ms,
                           std::function<void(AmqpAnswer)> declared);
  void check_queue(const std::string& queue, std::function<void(AmqpAnswer)> checked);
  void publish_now(const std::string& exchange, const std::string& routing_key,
                   const Message& message, const Promise& promise);
  void confirm(std::uint64_t sequence, bool multiple, bool is_taken);
  void fail_all(const std::string& reason);

  bool is_prepared_ = false;
  std::string blocked_;  // why the server takes nothing, while it does
  std::uint64_t last_sequence_ = 0;
  std::map<std::uint64_t, Unconfirmed> unconfirmed_;
  std::set<std::string> known_queues_;
  std::set<std::string> known_exchanges_;
  bool declares_ = false;  // whether the channel for declarations is open
  AmqpLink link_;          // the last one: its thread uses all of the above
};

/// How long a message waits that was sent with this delay: two digits of it count, rounded up, so
/// that the server needs no queue of its own for each delay that anybody ever asks for.
std::int64_t rounded_delay(std::chrono::milliseconds delay);

}  // namespace workshop::detail
