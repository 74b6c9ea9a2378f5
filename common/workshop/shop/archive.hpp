#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"

namespace workshop::shop {

/// Hears of events and keeps them, for tests that read what others are told. The broker has to
/// outlive it. Not thread-safe.
class Archive {
 public:
  /// Subscribes a queue of its own to these types of events.
  Archive(InProcessBroker& broker, std::initializer_list<std::string> types);

  /// What was told, in the order in which it came, and of which conversation:
  /// `{"order_id":"order-1","amount":30}, caused by payment-30 in cart-1`.
  std::vector<std::string> told() const;
  /// The ids under which it was told.
  std::set<std::string> ids() const;
  /// The events themselves.
  std::vector<Message> events() const;

 private:
  InProcessBroker& broker_;
};

}  // namespace workshop::shop
