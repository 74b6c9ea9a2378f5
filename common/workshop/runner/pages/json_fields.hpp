#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace workshop::runner {

/// The object that `text` is, or nothing.
std::optional<boost::json::object> read_object(std::string_view text);

/// The text under a name, or nothing.
std::optional<std::string> text_field(const boost::json::object& object, std::string_view name);

/// The whole number from 0 to `max` under a name, or nothing.
std::optional<std::int64_t> number_field(const boost::json::object& object, std::string_view name,
                                         std::int64_t max);

}  // namespace workshop::runner
