#pragma once

#include <amqp.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/core/message.hpp"

namespace workshop::detail {

/// The bytes of `text`, which must outlive them.
amqp_bytes_t amqp_bytes(std::string_view text) noexcept;
std::string amqp_text(amqp_bytes_t bytes);

/// The arguments of a declaration. What is added must outlive it, but for numbers.
class AmqpTable {
 public:
  AmqpTable& set(std::string_view name, std::string_view value);
  AmqpTable& set(std::string_view name, std::int64_t value);
  amqp_table_t table() noexcept;

 private:
  std::vector<amqp_table_entry_t> entries_;
};

/// A message as AMQP carries it: id and type are properties, headers are headers. What AMQP has no
/// room for travels in headers of our own: an id or type of more than 255 bytes, and headers whose
/// names are longer or are taken by RabbitMQ (x-…). Made anew for each message; it borrows from it.
class AmqpProperties {
 public:
  /// Throws InvalidRequest when id, type and headers do not fit into one frame.
  AmqpProperties(const Message& message, std::size_t frame_bytes_max);
  AmqpProperties(const AmqpProperties&) = delete;
  AmqpProperties& operator=(const AmqpProperties&) = delete;
  const amqp_basic_properties_t& get() const noexcept { return properties_; }

 private:
  AmqpTable headers_;
  std::string others_;
  amqp_basic_properties_t properties_{};
};

/// What a message's properties say.
struct AmqpReceived {
  Message message;                   ///< without its body
  std::uint32_t returned_count = 0;  ///< how often a delivery of it ended without acknowledgement
  bool was_given_up = false;         ///< it comes from a queue that gave it up
};
AmqpReceived amqp_received(const amqp_basic_properties_t& properties);

}  // namespace workshop::detail
