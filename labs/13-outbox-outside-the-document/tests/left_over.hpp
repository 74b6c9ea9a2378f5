#pragma once

#include <optional>
#include <string>

#include "outbox.hpp"
#include "payments_handler.hpp"

/// What is left over at rest in a document of this lab, as a sentence; nothing when it is in order.
namespace workshop::shop {

inline std::optional<std::string> transaction_left(const Order& order) {
  if (order.transaction.empty()) return std::nullopt;
  return "the order still names the transaction " + order.transaction;
}

inline std::optional<std::string> registration_left(const Order& order) {
  if (!order.registered.empty()) {
    return "the order still has a registered transaction for " + order.registered.begin()->first;
  }
  if (!order.overtaken.empty()) {
    return "the order still has the overtaken transaction " + order.overtaken.front();
  }
  return std::nullopt;
}

inline std::optional<std::string> record_left(const OutboxRecord& record) {
  return "the outbox record of transaction " + record.transaction + " (for " + record.incoming +
         ") still exists";
}

}  // namespace workshop::shop
