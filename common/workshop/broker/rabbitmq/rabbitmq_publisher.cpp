#include "workshop/broker/rabbitmq/rabbitmq_publisher.hpp"

#include <amqp_framing.h>
#include <fmt/format.h>

#include <utility>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

constexpr amqp_channel_t kConfirmed = 1;  // messages and their confirmations
constexpr amqp_channel_t kDeclaring = 2;  // the server closes it when something is not there
constexpr int kNotFound = 404;
constexpr std::int64_t kDelayMax = 4'294'000'000;  // of a message's time to live, 49 days

/// A queue without a receiver, out of which messages fall into `queue` when their time is up. All
/// of one queue have the same delay: only the first message of a queue can expire.
constexpr std::int64_t kUnusedMs = 60'000;  // how long such a queue outlives its last message

void fail(const std::shared_ptr<std::promise<void>>& promise, const auto& error) {
  promise->set_exception(std::make_exception_ptr(error));
}

}  // namespace

std::int64_t rounded_delay(std::chrono::milliseconds delay) {
  std::int64_t step = 1;
  while (delay.count() / step >= 100) step *= 10;
  return (delay.count() + step - 1) / step * step;
}

RabbitPublisher::RabbitPublisher(AmqpAddress address, AmqpLink::Limits limits)
    : link_(std::move(address), limits, *this) {}

void RabbitPublisher::send(const std::string& queue, const Message& message,
                           std::chrono::milliseconds delay) {
  if (delay.count() > kDelayMax) {
    throw InvalidRequest(fmt::format("a delay of {} ms is more than RabbitMQ can wait: {} ms",
                                     delay.count(), kDelayMax));
  }
  link_.ask<void>([&, delay_ms = rounded_delay(delay)](const Promise& promise) {
    prepare();
    if (delay_ms == 0) {
      publish_now("", queue, message, promise);
      return;
    }
    const auto name = fmt::format("{}/delay/{}", queue, delay_ms);
    const auto declared = [this, name, &message, promise](const AmqpAnswer& answer) {
      if (answer.is(AMQP_QUEUE_DECLARE_OK_METHOD)) return publish_now("", name, message, promise);
      fail(promise, Unavailable("a delayed message cannot be sent: " + answer.failure));
    };
    check_queue(queue, [this, name, queue, delay_ms, promise, declared](const AmqpAnswer& answer) {
      if (answer.code == kNotFound) {
        fail(promise, InvalidRequest("there is no queue '" + queue + "': declare it first"));
      } else if (answer.method == nullptr) {
        fail(promise, Unavailable("a delayed message cannot be sent: " + answer.failure));
      } else {
        declare_delay_queue(name, queue, delay_ms, declared);
      }
    });
  });
}

void RabbitPublisher::publish(const std::string& exchange, const Message& message) {
  link_.ask<void>([&](const Promise& promise) {
    prepare();
    if (known_exchanges_.contains(exchange)) return publish_now(exchange, "", message, promise);
    amqp_exchange_declare_t declare{};
    declare.exchange = amqp_bytes(exchange);
    declare.type = amqp_bytes("fanout");
    declare.durable = 1;
    link_.call(kDeclaring, AMQP_EXCHANGE_DECLARE_METHOD, &declare,
               [this, &exchange, &message, promise](const AmqpAnswer& answer) {
                 if (answer.method == nullptr) {
                   fail(promise, Unavailable("topic '" + exchange + "': " + answer.failure));
                   return;
                 }
                 known_exchanges_.insert(exchange);
                 publish_now(exchange, "", message, promise);
               });
  });
}

void RabbitPublisher::prepare() {
  link_.connect();
  if (!blocked_.empty()) {
    throw Unavailable(
        fmt::format("{} is full and takes no messages: {}", link_.address().name(), blocked_));
  }
  if (!is_prepared_) {
    link_.open_channel(kConfirmed);
    amqp_confirm_select_t select{};
    link_.call(kConfirmed, AMQP_CONFIRM_SELECT_METHOD, &select, [](const AmqpAnswer&) {});
    is_prepared_ = true;
    last_sequence_ = 0;
  }
  if (!declares_) link_.open_channel(kDeclaring);
  declares_ = true;
}

void RabbitPublisher::check_queue(const std::string& queue,
                                  std::function<void(AmqpAnswer)> checked) {
  amqp_queue_declare_t declare{};
  declare.queue = amqp_bytes(queue);
  declare.passive = 1;
  link_.call(kDeclaring, AMQP_QUEUE_DECLARE_METHOD, &declare, std::move(checked));
}

/// Declares it each time, which also tells the server that it is used.
void RabbitPublisher::declare_delay_queue(const std::string& name, const std::string& queue,
                                          std::int64_t delay_ms,
                                          std::function<void(AmqpAnswer)> declared) {
  AmqpTable arguments;
  arguments.set("x-queue-type", "quorum")
      .set("x-message-ttl", delay_ms)
      .set("x-expires", std::min(delay_ms + kUnusedMs, kDelayMax + kUnusedMs))
      .set("x-dead-letter-exchange", "")
      .set("x-dead-letter-routing-key", queue)
      .set("x-dead-letter-strategy", "at-least-once")
      .set("x-overflow", "reject-publish");
  amqp_queue_declare_t declare{};
  declare.queue = amqp_bytes(name);
  declare.durable = 1;
  declare.arguments = arguments.table();
  link_.call(kDeclaring, AMQP_QUEUE_DECLARE_METHOD, &declare, std::move(declared));
}

void RabbitPublisher::publish_now(const std::string& exchange, const std::string& routing_key,
                                  const Message& message, const Promise& promise) {
  try {
    const AmqpProperties properties(message, link_.frame_bytes_max());
    if (!link_.connected()) throw Unavailable(link_.address().name() + ": the connection is lost");
    unconfirmed_[++last_sequence_] = {promise, routing_key, false,
                                      std::chrono::steady_clock::now() + link_.limits().answer_ms};
    link_.publish(kConfirmed, exchange, routing_key, exchange.empty(), properties, message.body);
  } catch (const Error&) {
    promise->set_exception(std::current_exception());
  }
}

void RabbitPublisher::on_method(amqp_channel_t /*channel*/, const amqp_method_t& method) {
  if (method.id == AMQP_BASIC_ACK_METHOD) {
    const auto* ack = static_cast<const amqp_basic_ack_t*>(method.decoded);
    confirm(ack->delivery_tag, ack->multiple != 0, true);
  } else if (method.id == AMQP_BASIC_NACK_METHOD) {
    const auto* nack = static_cast<const amqp_basic_nack_t*>(method.decoded);
    confirm(nack->delivery_tag, nack->multiple != 0, false);
  } else if (method.id == AMQP_CONNECTION_BLOCKED_METHOD) {
    blocked_ = amqp_text(static_cast<const amqp_connection_blocked_t*>(method.decoded)->reason);
    if (blocked_.empty()) blocked_ = "it does not say why";
  } else if (method.id == AMQP_CONNECTION_UNBLOCKED_METHOD) {
    blocked_.clear();
  }
}

/// A message that no queue takes comes back, before it is confirmed.
void RabbitPublisher::on_content(amqp_channel_t /*channel*/, AmqpContent content) {
  for (auto& [sequence, unconfirmed] : unconfirmed_) {
    if (unconfirmed.was_returned || unconfirmed.routing_key != content.routing_key) continue;
    unconfirmed.was_returned = true;
    return;
  }
}

void RabbitPublisher::confirm(std::uint64_t sequence, bool multiple, bool is_taken) {
  const auto first = multiple ? unconfirmed_.begin() : unconfirmed_.find(sequence);
  for (auto at = first; at != unconfirmed_.end() && at->first <= sequence;) {
    const auto& [promise, routing_key, was_returned, deadline] = at->second;
    if (was_returned) {
      fail(promise, InvalidRequest("there is no queue '" + routing_key + "': declare it first"));
    } else if (is_taken) {
      promise->set_value();
    } else {
      // An internal error of the server's; some queues may have it. No length is limited here, so
      // this is never a refusal.
      fail(promise, OutcomeUnknown("RabbitMQ does not confirm the message for '" + routing_key +
                                   "': it may be there, or be lost"));
    }
    at = unconfirmed_.erase(at);
  }
}

void RabbitPublisher::fail_all(const std::string& reason) {
  for (auto& [sequence, unconfirmed] : unconfirmed_) {
    fail(unconfirmed.promise,
         OutcomeUnknown("the message was sent and not confirmed, it may be there: " + reason));
  }
  unconfirmed_.clear();
}

void RabbitPublisher::on_channel_closed(amqp_channel_t channel, int /*code*/,
                                        const std::string& reason) {
  if (channel == kDeclaring) {
    declares_ = false;
    return;
  }
  is_prepared_ = false;
  fail_all(reason);
}

void RabbitPublisher::on_lost(const std::string& reason) {
  is_prepared_ = false;
  declares_ = false;
  blocked_.clear();
  known_exchanges_.clear();
  fail_all(reason);
}

void RabbitPublisher::on_time() {
  if (unconfirmed_.empty() ||
      unconfirmed_.begin()->second.deadline > std::chrono::steady_clock::now()) {
    return;
  }
  const auto waited_ms = link_.limits().answer_ms.count();
  if (!blocked_.empty()) {  // the connection stays, so that what is sent next is refused at once
    fail_all(fmt::format("{} is full and has confirmed nothing for {} ms: {}",
                         link_.address().name(), waited_ms, blocked_));
    return;
  }
  link_.lose(fmt::format("no confirmation within {} ms", waited_ms));
}

}  // namespace workshop::detail
