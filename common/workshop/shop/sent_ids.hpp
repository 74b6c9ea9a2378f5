#pragma once

#include <chrono>
#include <string>
#include <unordered_set>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop::shop {

/// A broker that keeps the ids of what is sent, and nothing else: for hundreds of thousands of
/// messages. Not thread-safe.
class SentIds final : public InProcessBroker {
 public:
  SentIds() : InProcessBroker(clock_) {}
  Task<void> send(std::string, Message message, std::chrono::milliseconds) override {
    ids.insert(message.id.value);
    co_return;
  }
  /// One of each.
  std::unordered_set<std::string> ids;

 private:
  SystemClock clock_;
};

}  // namespace workshop::shop
