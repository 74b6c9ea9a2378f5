#include "workshop/runner/pages/json_fields.hpp"

#include <boost/json.hpp>

namespace workshop::runner {

std::optional<boost::json::object> read_object(std::string_view text) {
  boost::system::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

std::optional<std::string> text_field(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<std::int64_t> number_field(const boost::json::object& object, std::string_view name,
                                         std::int64_t max) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = value->to_number<std::int64_t>(error);
  if (error || number < 0 || number > max) return std::nullopt;
  return number;
}

}  // namespace workshop::runner
