#include "workshop/broker/rabbitmq/rabbitmq_receiver.hpp"

#include <amqp_framing.h>
#include <fmt/format.h>

#include <utility>
#include <vector>

#include "workshop/core/error.hpp"
#include "workshop/core/ids.hpp"

namespace workshop::detail {
namespace {

constexpr amqp_channel_t kDeclaring = 1;
constexpr int kPatience = 10;  // leases without a receive, until others get what was prefetched
constexpr std::string_view kConsumer = "workshop";
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 406;

template <class T>
void fail(const std::shared_ptr<std::promise<T>>& promise, const auto& error) {
  promise->set_exception(std::make_exception_ptr(error));
}

void fail_declaration(const std::shared_ptr<std::promise<void>>& promise,
                      const AmqpAnswer& answer) {
  if (answer.code == kPreconditionFailed || answer.code == kNotFound) {
    fail(promise, InvalidRequest("RabbitMQ refuses a declaration: " + answer.failure));
  } else {
    fail(promise, Unavailable(answer.failure));
  }
}

/// A channel that the server closes, or a connection that breaks, has ended the queue's consumer.
void fail_receive(const auto& answer, const std::string& queue, const AmqpAnswer& received) {
  if (received.code == kNotFound) {
    fail(answer, InvalidRequest("there is no queue '" + queue + "': declare it first"));
  } else {
    fail(answer, Unavailable(received.failure));
  }
}

}  // namespace

RabbitReceiver::RabbitReceiver(AmqpAddress address, AmqpLink::Limits limits, const Clock& clock)
    : clock_(clock), link_(std::move(address), limits, *this) {}

void RabbitReceiver::prepare() {
  link_.connect();
  if (connection_id_.empty()) connection_id_ = MessageId::random().value;
  if (!is_declaring_) link_.open_channel(kDeclaring);
  is_declaring_ = true;
}

// --- Declarations
// ---------------------------------------------------------------------------------

void RabbitReceiver::declare_now(const std::string& name, amqp_table_t arguments,
                                 const Promise& promise) {
  prepare();
  amqp_queue_declare_t declare{};
  declare.queue = amqp_bytes(name);
  declare.durable = 1;
  declare.arguments = arguments;
  link_.call(kDeclaring, AMQP_QUEUE_DECLARE_METHOD, &declare, [promise](const AmqpAnswer& answer) {
    if (answer.method == nullptr) return fail_declaration(promise, answer);
    promise->set_value();
  });
}

/// The server gives a message up when its deliveries have ended without acknowledgement more than
/// x-delivery-limit times.
void RabbitReceiver::declare(const std::string& queue, const std::string& dead_letters,
                             std::uint32_t deliveries_max) {
  link_.ask<void>([&](const Promise& promise) {
    AmqpTable arguments;
    arguments.set("x-queue-type", "quorum");
    declare_now(dead_letters, arguments.table(), promise);
  });
  link_.ask<void>([&](const Promise& promise) {
    AmqpTable arguments;
    arguments.set("x-queue-type", "quorum")
        .set("x-delivery-limit", std::int64_t{deliveries_max} - 1)
        .set("x-dead-letter-exchange", "")
        .set("x-dead-letter-routing-key", dead_letters)
        .set("x-dead-letter-strategy", "at-least-once")
        .set("x-overflow", "reject-publish");
    declare_now(queue, arguments.table(), promise);
  });
}

void RabbitReceiver::bind(const std::string& exchange, const std::string& queue) {
  link_.ask<void>([&](const Promise& promise) {
    prepare();
    amqp_exchange_declare_t declare{};
    declare.exchange = amqp_bytes(exchange);
    declare.type = amqp_bytes("fanout");
    declare.durable = 1;
    link_.call(kDeclaring, AMQP_EXCHANGE_DECLARE_METHOD, &declare, [](const AmqpAnswer&) {});
    amqp_queue_bind_t binding{};
    binding.queue = amqp_bytes(queue);
    binding.exchange = amqp_bytes(exchange);
    link_.call(kDeclaring, AMQP_QUEUE_BIND_METHOD, &binding, [promise](const AmqpAnswer& answer) {
      if (answer.method == nullptr) return fail_declaration(promise, answer);
      promise->set_value();
    });
  });
}

// --- Receiving
// ------------------------------------------------------------------------------------

std::optional<RabbitReceiver::Received> RabbitReceiver::receive(const Queue& queue) {
  return link_.ask<std::optional<Received>>([&](const Answer& answer) {
    prepare();
    expire();
    auto& from = consumed(queue);
    from.received_at = clock_.now();
    if (queue.prefetch_count == 0) return fetch(queue.name, answer);
    if (!from.is_consuming) return consume(queue.name, answer);
    answer->set_value(take_waiting(from));
  });
}

RabbitReceiver::Consumed& RabbitReceiver::consumed(const Queue& queue) {
  auto& consumed = queues_[queue.name];
  consumed.queue = queue;
  if (consumed.channel == 0) consumed.channel = ++last_channel_;
  if (!consumed.is_open) {
    link_.open_channel(consumed.channel);
    consumed.opening = ++openings_count_;
    consumed.is_open = true;
  }
  return consumed;
}

void RabbitReceiver::fetch(const std::string& name, const Answer& answer) {
  amqp_basic_get_t get{};
  get.queue = amqp_bytes(name);
  link_.call(queues_[name].channel, AMQP_BASIC_GET_METHOD, &get,
             [this, name, answer](const AmqpAnswer& got) {
               if (got.content != nullptr) {
                 const auto left_count = got.content->left_count;
                 auto received = leased(queues_[name], std::move(*got.content));
                 received.left_count = left_count;
                 answer->set_value(std::move(received));
               } else if (got.method != nullptr) {
                 answer->set_value(std::nullopt);
               } else {
                 fail_receive(answer, name, got);
               }
             });
}

/// From now on the server sends messages by itself. What comes is given out by take_waiting.
void RabbitReceiver::consume(const std::string& name, const Answer& answer) {
  auto& consumed = queues_[name];
  amqp_basic_qos_t qos{0, consumed.queue.prefetch_count, 0};
  link_.call(consumed.channel, AMQP_BASIC_QOS_METHOD, &qos, [](const AmqpAnswer&) {});
  consumed.is_consuming = true;
  amqp_basic_consume_t consume{};
  consume.queue = amqp_bytes(name);
  consume.consumer_tag = amqp_bytes(kConsumer);
  link_.call(consumed.channel, AMQP_BASIC_CONSUME_METHOD, &consume,
             [this, name, answer](const AmqpAnswer& begun) {
               if (begun.method == nullptr) return fail_receive(answer, name, begun);
               answer->set_value(take_waiting(queues_[name]));
             });
}

std::optional<RabbitReceiver::Received> RabbitReceiver::take_waiting(Consumed& consumed) {
  if (consumed.waiting.empty()) return std::nullopt;
  auto content = std::move(consumed.waiting.front());
  consumed.waiting.pop_front();
  return leased(consumed, std::move(content));
}

RabbitReceiver::Received RabbitReceiver::leased(const Consumed& consumed, AmqpContent content) {
  const auto lease_ms = consumed.queue.lease_ms;
  Received received{std::move(content.received), {}, 0};
  received.tag.value =
      fmt::format("{}.{}.{}", connection_id_, consumed.opening, content.delivery_tag);
  leases_[received.tag.value] = {consumed.channel, content.delivery_tag,
                                 saturating_add(clock_.now(), lease_ms), lease_ms};
  return received;
}

/// Nobody receives here any more: others shall have what waits.
void RabbitReceiver::stop_consuming(Consumed& consumed) {
  amqp_basic_cancel_t cancel{amqp_bytes(kConsumer), 0};
  link_.call(consumed.channel, AMQP_BASIC_CANCEL_METHOD, &cancel,
             [this, name = consumed.queue.name](const AmqpAnswer& ended) {
               if (ended.method == nullptr) return;  // then nothing waits any more
               auto& [queue, channel, is_open, opening, is_consuming, waiting, at] = queues_[name];
               for (const auto& content : waiting) give_back(channel, content.delivery_tag);
               waiting.clear();
             });
  consumed.is_consuming = false;
}

// --- Settling
// -------------------------------------------------------------------------------------

void RabbitReceiver::acknowledge(const LeaseTag& tag) {
  link_.ask<void>([&](const Promise& promise) {
    const auto lease = take(tag);
    amqp_basic_ack_t ack{lease.delivery_tag, 0};
    link_.send(lease.channel, AMQP_BASIC_ACK_METHOD, &ack);
    when_taken(lease.channel, [promise](const AmqpAnswer& taken) {
      if (taken.method != nullptr) return promise->set_value();
      fail(promise, OutcomeUnknown("the acknowledgement was sent, and the message may be "
                                   "delivered again all the same: " +
                                   taken.failure));
    });
  });
}

/// When the connection breaks the message returns as well: nothing is unknown.
void RabbitReceiver::abandon(const LeaseTag& tag) {
  link_.ask<void>([&](const Promise& promise) {
    const auto lease = take(tag);
    give_back(lease.channel, lease.delivery_tag);
    when_taken(lease.channel, [promise](const AmqpAnswer&) { promise->set_value(); });
  });
}

void RabbitReceiver::renew(const LeaseTag& tag) {
  link_.ask<void>([&](const Promise& promise) {
    auto lease = take(tag);
    lease.due = saturating_add(clock_.now(), lease.lease_ms);
    leases_[tag.value] = lease;
    promise->set_value();
  });
}

RabbitReceiver::Lease RabbitReceiver::take(const LeaseTag& tag) {
  expire();
  const auto found = leases_.find(tag.value);
  if (found == leases_.end() || !link_.connected()) {
    throw LeaseLost(fmt::format(
        "the lease '{}' has expired, was settled before, or ended with its connection; the message "
        "may be delivered again",
        tag.value));
  }
  const auto lease = found->second;
  leases_.erase(found);
  return lease;
}

/// Gives back what has been leased for too long. The server would wait until the connection ends.
void RabbitReceiver::expire() {
  if (!link_.connected()) return;
  const auto now = clock_.now();
  for (auto at = leases_.begin(); at != leases_.end();) {
    if (at->second.due > now) {
      ++at;
      continue;
    }
    give_back(at->second.channel, at->second.delivery_tag);
    at = leases_.erase(at);
  }
}

void RabbitReceiver::give_back(amqp_channel_t channel, std::uint64_t delivery_tag) {
  amqp_basic_nack_t nack{delivery_tag, 0, 1};
  link_.send(channel, AMQP_BASIC_NACK_METHOD, &nack);
}

/// AMQP answers no acknowledgement. The server handles a channel in order, so the answer to a
/// method behind it says that it was taken. This one changes nothing for those who receive already.
void RabbitReceiver::when_taken(amqp_channel_t channel, std::function<void(AmqpAnswer)> taken) {
  amqp_basic_qos_t qos{};
  for (const auto& [name, consumed] : queues_) {
    if (consumed.channel == channel) qos.prefetch_count = consumed.queue.prefetch_count;
  }
  link_.call(channel, AMQP_BASIC_QOS_METHOD, &qos, std::move(taken));
}

// --- Events
// ---------------------------------------------------------------------------------------

void RabbitReceiver::on_method(amqp_channel_t channel, const amqp_method_t& method) {
  if (method.id != AMQP_BASIC_CANCEL_METHOD) return;
  for (auto& [name, consumed] : queues_) {  // its queue was deleted
    if (consumed.channel == channel) consumed.is_consuming = false;
  }
}

void RabbitReceiver::on_content(amqp_channel_t channel, AmqpContent content) {
  for (auto& [name, consumed] : queues_) {
    if (consumed.channel == channel) consumed.waiting.push_back(std::move(content));
  }
}

void RabbitReceiver::drop_leases(amqp_channel_t channel) {
  std::erase_if(leases_, [&](const auto& entry) { return entry.second.channel == channel; });
}

void RabbitReceiver::on_channel_closed(amqp_channel_t channel, int /*code*/,
                                       const std::string& /*reason*/) {
  if (channel == kDeclaring) is_declaring_ = false;
  for (auto& [name, consumed] : queues_) {
    if (consumed.channel != channel) continue;
    consumed.is_open = false;
    consumed.is_consuming = false;
    consumed.waiting.clear();
  }
  drop_leases(channel);
}

void RabbitReceiver::on_lost(const std::string& /*reason*/) {
  is_declaring_ = false;
  connection_id_.clear();
  leases_.clear();
  queues_.clear();
  last_channel_ = kDeclaring;
  openings_count_ = 0;
}

void RabbitReceiver::on_time() {
  if (!link_.connected()) return;
  expire();
  const auto now = clock_.now();
  for (auto& [name, consumed] : queues_) {
    const auto patience = kPatience * consumed.queue.lease_ms;
    if (consumed.is_consuming && saturating_add(consumed.received_at, patience) <= now) {
      stop_consuming(consumed);
    }
  }
}

}  // namespace workshop::detail
