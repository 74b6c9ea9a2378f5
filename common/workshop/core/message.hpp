#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/core/ids.hpp"
#include "workshop/core/json.hpp"
#include "workshop/core/type_name.hpp"

namespace workshop {

/// Names of the headers that the library itself reads and writes.
namespace header {
inline constexpr std::string_view kCorrelationId =
    "correlation-id";  ///< the id of the conversation's first message
inline constexpr std::string_view kCausationId =
    "causation-id";  ///< the id of the message that caused this one
inline constexpr std::string_view kAttempt = "attempt";  ///< the handler attempt that created it
// Of brokers alone; no handler shall decide by them.
inline constexpr std::string_view kDeadLetterReason =
    "dead-letter-reason";  ///< why it was given up
inline constexpr std::string_view kDeadLetterFailure =
    "dead-letter-failure";  ///< the last reason why a delivery of it was abandoned
}  // namespace header

/// One message: an identity, a type, a JSON body, and headers. A value; copy it freely.
struct Message {
  MessageId id;      ///< the same in every copy
  std::string type;  ///< the name of the struct that the body is made of
  std::string body;  ///< JSON
  std::map<std::string, std::string, std::less<>> headers;  ///< by name

  /// The header's value, or "" when it is not set.
  std::string_view header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view{} : std::string_view{found->second};
  }

  /// Field by field.
  friend bool operator==(const Message&, const Message&) = default;
};

BOOST_DESCRIBE_STRUCT(MessageId, (), (value))
BOOST_DESCRIBE_STRUCT(Message, (), (id, type, body, headers))

/// `payload` as a message with this id: its type is the struct's name, its body the struct's JSON.
template <class Payload>
Message make_message(const Payload& payload, MessageId id = MessageId::random()) {
  return Message{std::move(id), std::string(type_name<Payload>()), to_json(payload), {}};
}

/// The message's body as a `Payload`. Throws InvalidRequest when the type or the body does not fit.
template <class Payload>
Payload payload_of(const Message& message) {
  if (message.type != type_name<Payload>()) {
    throw InvalidRequest("message " + message.id.value + " is a " + message.type + ", not a " +
                         std::string(type_name<Payload>()));
  }
  return from_json<Payload>(message.body);
}

// As in json.hpp and task.hpp: what outboxes are made of is compiled once, in the library.
}  // namespace workshop
extern template class std::vector<workshop::Message>;
extern template class std::map<std::string, std::vector<workshop::Message>>;
namespace workshop {
// As in json.hpp: outboxes are compiled once, in the library.
namespace json_detail {
extern template void read(Reader&, const Value&, Message&);
extern template void write(const Message&, std::string&);
extern template void read(Reader&, const Value&, std::vector<Message>&);
extern template void write(const std::vector<Message>&, std::string&);
extern template void read(Reader&, const Value&, std::map<std::string, std::vector<Message>>&);
extern template void write(const std::map<std::string, std::vector<Message>>&, std::string&);
}  // namespace json_detail

}  // namespace workshop
