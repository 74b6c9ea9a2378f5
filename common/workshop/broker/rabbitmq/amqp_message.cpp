#include "workshop/broker/rabbitmq/amqp_message.hpp"

#include <charconv>
#include <optional>
#include <utility>

#include "workshop/core/error.hpp"

namespace workshop::detail {
namespace {

constexpr std::size_t kShortMax = 255;  // of a name, and of a property
constexpr std::string_view kLongId = "workshop-id";
constexpr std::string_view kLongType = "workshop-type";
constexpr std::string_view kOthers = "workshop-headers";

bool is_plain(std::string_view name) {
  return name.size() <= kShortMax && !name.empty() && !name.starts_with("x-") &&
         !name.starts_with("workshop-");
}

/// "5:helloO": any bytes, as long as it says.
void add_counted(std::string& text, std::string_view part) {
  text += std::to_string(part.size());
  text += ':';
  text += part;
}

std::optional<std::string> take_counted(std::string_view& text) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits >= text.size() || text[digits] != ':' ||
      size > text.size() - digits - 1) {
    return std::nullopt;
  }
  std::string part(text.substr(digits + 1, size));
  text.remove_prefix(digits + 1 + size);
  return part;
}

/// What another program may have set as a header, as text; nothing for what has none.
std::optional<std::string> text_of(const amqp_field_value_t& value) {
  switch (value.kind) {
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
      return amqp_text(value.value.bytes);
    case AMQP_FIELD_KIND_BOOLEAN:
      return value.value.boolean != 0 ? "true" : "false";
    case AMQP_FIELD_KIND_I32:
      return std::to_string(value.value.i32);
    case AMQP_FIELD_KIND_I64:
      return std::to_string(value.value.i64);
    default:
      return std::nullopt;
  }
}

std::uint32_t count_of(const amqp_field_value_t& value) {
  const auto text = text_of(value);
  std::uint32_t count = 0;
  if (text) std::from_chars(text->data(), text->data() + text->size(), count);
  return count;
}

void take_others(std::string_view text, Message& message) {
  while (!text.empty()) {
    auto name = take_counted(text);
    auto value = take_counted(text);
    if (!name || !value) return;
    message.headers.insert_or_assign(std::move(*name), std::move(*value));
  }
}

}  // namespace

amqp_bytes_t amqp_bytes(std::string_view text) noexcept {
  return {text.size(), const_cast<char*>(text.data())};
}

std::string amqp_text(amqp_bytes_t bytes) {
  return bytes.len == 0 ? std::string()
                        : std::string(static_cast<const char*>(bytes.bytes), bytes.len);
}

AmqpTable& AmqpTable::set(std::string_view name, std::string_view value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = amqp_bytes(value);
  entries_.push_back(entry);
  return *this;
}

AmqpTable& AmqpTable::set(std::string_view name, std::int64_t value) {
  amqp_table_entry_t entry{};
  entry.key = amqp_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = value;
  entries_.push_back(entry);
  return *this;
}

amqp_table_t AmqpTable::table() noexcept {
  return {static_cast<int>(entries_.size()), entries_.data()};
}

AmqpProperties::AmqpProperties(const Message& message, std::size_t frame_bytes_max) {
  // The frame and the other properties need less than 200 bytes.
  std::size_t bytes = 200 + message.id.value.size() + message.type.size();
  for (const auto& [name, value] : message.headers) {
    bytes += name.size() + value.size() + 16;
    if (is_plain(name)) {
      headers_.set(name, value);
    } else {
      add_counted(others_, name);
      add_counted(others_, value);
    }
  }
  if (bytes > frame_bytes_max) {
    throw InvalidRequest("message " + message.id.value.substr(0, 60) +
                         ": its id, type and headers have " + std::to_string(bytes) +
                         " bytes, and RabbitMQ takes " + std::to_string(frame_bytes_max) +
                         "; put what is long into the body");
  }
  properties_._flags = AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG;
  properties_.content_type = amqp_bytes("application/json");
  properties_.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  if (message.id.value.size() <= kShortMax) {
    properties_._flags |= AMQP_BASIC_MESSAGE_ID_FLAG;
    properties_.message_id = amqp_bytes(message.id.value);
  } else {
    headers_.set(kLongId, message.id.value);
  }
  if (message.type.size() <= kShortMax) {
    properties_._flags |= AMQP_BASIC_TYPE_FLAG;
    properties_.type = amqp_bytes(message.type);
  } else {
    headers_.set(kLongType, message.type);
  }
  if (!others_.empty()) headers_.set(kOthers, others_);
  properties_.headers = headers_.table();
  if (properties_.headers.num_entries > 0) properties_._flags |= AMQP_BASIC_HEADERS_FLAG;
}

AmqpReceived amqp_received(const amqp_basic_properties_t& properties) {
  AmqpReceived received;
  auto& message = received.message;
  if ((properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0) {
    message.id.value = amqp_text(properties.message_id);
  }
  if ((properties._flags & AMQP_BASIC_TYPE_FLAG) != 0) message.type = amqp_text(properties.type);
  if ((properties._flags & AMQP_BASIC_HEADERS_FLAG) == 0) return received;
  for (int i = 0; i < properties.headers.num_entries; ++i) {
    const auto& [key, value] = properties.headers.entries[i];
    const auto name = amqp_text(key);
    if (name == "x-delivery-count") received.returned_count = count_of(value);
    if (name == "x-first-death-queue") received.was_given_up = true;
    auto text = text_of(value);
    if (!text || name.starts_with("x-")) continue;
    if (name == kLongId) {
      message.id.value = std::move(*text);
    } else if (name == kLongType) {
      message.type = std::move(*text);
    } else if (name == kOthers) {
      take_others(*text, message);
    } else {
      message.headers.insert_or_assign(name, std::move(*text));
    }
  }
  return received;
}

}  // namespace workshop::detail
