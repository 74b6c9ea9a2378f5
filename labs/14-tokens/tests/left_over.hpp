#pragma once

#include <optional>
#include <string>

#include "payments_handler.hpp"
#include "tokens.hpp"

/// What is left over at rest in a document of this lab, as a sentence; nothing when it is in order.
namespace workshop::shop {

inline std::optional<std::string> left_in_order(const Order& order) {
  if (!order.outbox.empty()) {
    return "the order still has an outbox entry for " + order.outbox.begin()->first;
  }
  if (!order.registered.empty()) {
    return "the order still has registered tokens for " + order.registered.begin()->first;
  }
  return std::nullopt;
}

inline std::optional<std::string> used_token_left(const Token& token) {
  if (token.endpoint != "payments") return std::nullopt;  // of a message that is in flight
  return "the token of " + token.message_id + ", although that was handled, still exists";
}

}  // namespace workshop::shop
