#include "workshop/broker/rabbitmq/rabbitmq_broker.hpp"

#include <fmt/format.h>

#include <utility>

#include "workshop/broker/rabbitmq/rabbitmq_publisher.hpp"
#include "workshop/broker/rabbitmq/rabbitmq_receiver.hpp"

namespace workshop {
namespace {

constexpr std::size_t kNameMax = 200;  // of RabbitMQ's 255, for what is added to it

detail::AmqpLink::Limits limits_of(const RabbitMqOptions& options) {
  if (options.connect_timeout_ms.count() <= 0 || options.answer_timeout_ms.count() <= 0) {
    throw InvalidRequest("a time limit of RabbitMQ must be at least 1 ms");
  }
  return {.connect_ms = options.connect_timeout_ms,
          .answer_ms = options.answer_timeout_ms,
          .pause_max_ms = options.reconnect_pause_max_ms};
}

bool is_dead_letter_queue(const std::string& queue) { return queue.ends_with(kDeadLetterSuffix); }

}  // namespace

class RabbitMqBroker::Impl {
 public:
  Impl(const Clock& clock, RabbitMqOptions options)
      : options_(std::move(options)),
        publisher_(detail::AmqpAddress::parse(options_.url), limits_of(options_)),
        receiver_(detail::AmqpAddress::parse(options_.url), limits_of(options_), clock) {}

  void declare_queue(const std::string& name, QueueOptions options) {
    if (options.deliveries_max == 0 || options.lease_ms.count() <= 0) {
      throw InvalidRequest("queue '" + name + "' needs lease_ms > 0 and deliveries_max > 0");
    }
    if (is_dead_letter_queue(name)) {
      throw InvalidRequest("'" + name + "' is the name of a dead-letter queue");
    }
    receiver_.declare(on_server(name), on_server(dead_letter_queue_of(name)),
                      options.deliveries_max);
    const std::lock_guard lock(mutex_);
    queues_[name] = options;
    queues_[dead_letter_queue_of(name)] = options;
  }

  void subscribe(const std::string& topic, const std::string& queue) {
    options_of(queue);
    receiver_.bind(on_server(topic), on_server(queue));
  }

  void send(const std::string& queue, const Message& message, std::chrono::milliseconds delay) {
    if (delay.count() < 0) {
      throw InvalidRequest(fmt::format("a message for queue '{}' has a negative delay, {} ms",
                                       queue, delay.count()));
    }
    publisher_.send(on_server(queue), message, delay);
  }

  void publish(const std::string& topic, const Message& message) {
    publisher_.publish(on_server(topic), message);
  }

  std::optional<Delivery> receive(const std::string& queue) {
    auto received = receiver_.receive(
        described(queue, is_dead_letter_queue(queue) ? 0 : options_.prefetch_count));
    if (!received) return std::nullopt;
    auto& [message, returned_count, was_given_up] = received->message;
    if (is_dead_letter_queue(queue) && was_given_up) {
      message.headers.insert_or_assign(std::string(header::kDeadLetterReason),
                                       fmt::format("delivered {} times and never acknowledged",
                                                   options_of(queue).deliveries_max));
    }
    return Delivery{queue, std::move(message), std::move(received->tag), returned_count + 1};
  }

  std::size_t redrive(const std::string& queue) {
    options_of(queue);
    if (is_dead_letter_queue(queue)) {
      throw InvalidRequest(fmt::format("'{}' is a dead-letter queue; redrive its queue", queue));
    }
    const auto dead_letters = described(dead_letter_queue_of(queue), 0);
    std::size_t moved_count = 0;
    // What is given up meanwhile waits for the next time.
    for (std::size_t left_count = 1; left_count > 0; --left_count) {
      const auto dead = receiver_.receive(dead_letters);
      if (!dead) break;
      if (moved_count == 0) left_count += dead->left_count;
      redrive_one(queue, *dead);
      ++moved_count;
    }
    return moved_count;
  }

  detail::RabbitReceiver& receiver() { return receiver_; }

 private:
  void redrive_one(const std::string& queue, const detail::RabbitReceiver::Received& dead) {
    Message message = dead.message.message;
    message.headers.erase(std::string(header::kDeadLetterReason));
    message.headers.erase(std::string(header::kDeadLetterFailure));
    try {
      publisher_.send(on_server(queue), message, std::chrono::milliseconds{0});
    } catch (...) {
      receiver_.abandon(dead.tag);
      throw;
    }
    receiver_.acknowledge(dead.tag);
  }

  std::string on_server(const std::string& name) const {
    auto full = options_.prefix + name;
    if (name.empty() || full.size() > kNameMax) {
      throw InvalidRequest(fmt::format("'{}' cannot be a name on RabbitMQ: it needs 1 to {} bytes",
                                       name.substr(0, 60), kNameMax));
    }
    return full;
  }

  QueueOptions options_of(const std::string& queue) {
    const std::lock_guard lock(mutex_);
    const auto found = queues_.find(queue);
    if (found == queues_.end())
      throw InvalidRequest("there is no queue '" + queue + "': declare it first");
    return found->second;
  }

  detail::RabbitReceiver::Queue described(const std::string& queue, std::uint16_t prefetch_count) {
    return {on_server(queue), options_of(queue).lease_ms, prefetch_count};
  }

  const RabbitMqOptions options_;
  std::mutex mutex_;
  std::map<std::string, QueueOptions> queues_;
  detail::RabbitPublisher publisher_;
  detail::RabbitReceiver receiver_;
};

RabbitMqBroker::RabbitMqBroker(const Clock& clock, RabbitMqOptions options)
    : impl_(std::make_unique<Impl>(clock, std::move(options))) {}
RabbitMqBroker::~RabbitMqBroker() = default;

void RabbitMqBroker::declare_queue(const std::string& name, QueueOptions options) {
  impl_->declare_queue(name, options);
}
void RabbitMqBroker::subscribe(const std::string& topic, const std::string& queue) {
  impl_->subscribe(topic, queue);
}
Task<void> RabbitMqBroker::send(std::string queue, Message message,
                                std::chrono::milliseconds delay) {
  impl_->send(queue, message, delay);
  co_return;
}
Task<void> RabbitMqBroker::publish(std::string topic, Message message) {
  impl_->publish(topic, message);
  co_return;
}
Task<std::optional<Delivery>> RabbitMqBroker::receive(std::string queue) {
  co_return impl_->receive(queue);
}
Task<void> RabbitMqBroker::acknowledge(LeaseTag tag) {
  impl_->receiver().acknowledge(tag);
  co_return;
}
Task<void> RabbitMqBroker::abandon(LeaseTag tag, std::string /*reason*/) {
  impl_->receiver().abandon(tag);
  co_return;
}
Task<void> RabbitMqBroker::renew(LeaseTag tag) {
  impl_->receiver().renew(tag);
  co_return;
}
Task<std::size_t> RabbitMqBroker::redrive(std::string queue) { co_return impl_->redrive(queue); }

}  // namespace workshop
