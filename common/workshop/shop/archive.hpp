#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"

namespace workshop::shop {

/// Receives events and keeps them, for tests that check what subscribers get. The broker must
/// outlive it. Not thread-safe.
class Archive {
 public:
  /// Subscribes a queue of its own to these types of events.
  Archive(InProcessBroker& broker, std::initializer_list<std::string> types);

  /// The events in the order in which they came, each with its cause and its conversation:
  /// `{"order_id":"order-1","amount":30}, caused by payment-30 in cart-1`.
  std::vector<std::string> events_in_words() const;
  /// The ids of the events.
  std::set<std::string> ids() const;
  /// The events themselves.
  std::vector<Message> events() const;

 private:
  InProcessBroker& broker_;
};

}  // namespace workshop::shop
