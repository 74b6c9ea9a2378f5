#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "workshop/broker/broker.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/message.hpp"
#include "workshop/endpoint/entity_store.hpp"
#include "workshop/http/http.hpp"

namespace workshop {

/// Everything that a handler can use while it handles one delivery of one message.
///
/// Every operation is awaited, and every `co_await` is a place where the process may crash, another
/// handler may run, or an answer may be lost. Lives as long as the delivery is handled; used by one
/// coroutine only.
class HandlerContext {
 public:
  /// `delivery` and `endpoint` are kept by value; `store`, `broker` and `http` must outlive the
  /// context.
  HandlerContext(std::string endpoint, Delivery delivery, Store& store, Broker& broker,
                 HttpClient* http = nullptr);

  /// The endpoint that handles the message, such as "payments".
  const std::string& endpoint() const noexcept { return endpoint_; }
  /// The message being handled.
  const Message& message() const noexcept { return delivery_.message; }
  /// Its delivery, with the lease tag and the delivery count.
  const Delivery& delivery() const noexcept { return delivery_; }
  /// The identity of this attempt to handle the message: another delivery is another attempt.
  const std::string& attempt() const noexcept { return attempt_; }

  /// The endpoint's entities.
  EntityStore& store() noexcept { return store_; }
  /// The broker itself, for what `publish` and `send` do not cover.
  Broker& broker() noexcept { return *broker_; }

  /// Calls other services. InvalidRequest when the endpoint was started without a client.
  HttpClient& http() const;

  /// `payload` as a message caused by the one being handled; it is not sent. Its headers: the same
  /// correlation id, the handled message's id as causation id, and this attempt.
  template <class Payload>
  Message make(const Payload& payload, MessageId id) const {
    return caused(make_message(payload, std::move(id)));
  }

  /// Publishes an event, now, to the topic of its type's name.
  template <class Event>
  Task<void> publish(const Event& event, MessageId id) {
    return publish(make(event, std::move(id)));
  }
  /// Publishes a message that was made before, now, to the topic of its type's name.
  Task<void> publish(Message message);

  /// Sends a command, now, to another endpoint's queue.
  template <class Command>
  Task<void> send(std::string queue, const Command& command, MessageId id) {
    return send(std::move(queue), make(command, std::move(id)));
  }
  /// Sends a message that was made before, now, to another endpoint's queue, or to the own one.
  Task<void> send(std::string queue, Message message);

 private:
  /// The message with the headers that say what caused it.
  Message caused(Message message) const;

  std::string endpoint_;
  Delivery delivery_;
  std::string attempt_;
  EntityStore store_;
  Broker* broker_;
  HttpClient* http_;
};

}  // namespace workshop
