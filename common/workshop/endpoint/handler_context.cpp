#include "workshop/endpoint/handler_context.hpp"

namespace workshop {

HandlerContext::HandlerContext(std::string endpoint, Delivery delivery, Store& store,
                               Broker& broker, HttpClient* http)
    : endpoint_(std::move(endpoint)),
      delivery_(std::move(delivery)),
      attempt_(Ids::current().next()),
      store_(store),
      broker_(&broker),
      http_(http) {}

HttpClient& HandlerContext::http() const {
  if (http_ == nullptr) throw InvalidRequest("endpoint '" + endpoint_ + "' has no HTTP client");
  return *http_;
}

Message HandlerContext::caused(Message message) const {
  const auto correlation = delivery_.message.header(header::kCorrelationId);
  message.headers.emplace(header::kCorrelationId, correlation.empty() ? delivery_.message.id.value
                                                                      : std::string(correlation));
  message.headers.emplace(header::kCausationId, delivery_.message.id.value);
  message.headers.emplace(header::kAttempt, attempt_);
  return message;
}

Task<void> HandlerContext::publish(Message message) {
  auto topic = message.type;
  return broker_->publish(std::move(topic), std::move(message));
}

Task<void> HandlerContext::send(std::string queue, Message message) {
  return broker_->send(std::move(queue), std::move(message));
}

}  // namespace workshop
