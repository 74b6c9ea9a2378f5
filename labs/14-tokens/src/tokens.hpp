#pragma once

#include <array>
#include <string>
#include <string_view>

#include "workshop/endpoint/handler_context.hpp"

namespace workshop::shop {

/// The right to handle one message once: a document in a partition of its own, named after its id.
struct Token {
  std::string message_id;  ///< of the message that may be handled
  std::string endpoint;    ///< that may handle it
};
BOOST_DESCRIBE_STRUCT(Token, (), (message_id, endpoint))

/// The endpoints that the events of "payments" go to. Each needs a token of its own.
inline constexpr std::array<std::string_view, 2> kSubscribers = {"loyalty", "warehouse"};

namespace tokens {

/// The header in which a message carries the id of its token for `endpoint`: "token-payments". An
/// event has one such header for each subscriber, so that all of them get the same message.
std::string header_for(std::string_view endpoint);

/// The id of the handled message's token for this endpoint. InvalidRequest when it carries none.
std::string id_of_incoming(const HandlerContext& context);

/// An id for a new token. Every call returns another one, also when the same code runs again.
std::string fresh_id();

/// Creates a token; VersionConflict when it exists. One operation of the store.
Task<void> create(HandlerContext& context, std::string id, Token token);

/// Erases a token, whatever its version; does nothing when it does not exist. One operation.
Task<void> discard(HandlerContext& context, std::string id);

}  // namespace tokens
}  // namespace workshop::shop

// Compiled once, in documents.cpp, instead of with every edit.
namespace workshop {
extern template std::string to_json(const shop::Token&);
extern template shop::Token from_json(std::string_view);
extern template Task<Entity<shop::Token>> EntityStore::load(std::string);
}  // namespace workshop
