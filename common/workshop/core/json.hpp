#pragma once

#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "workshop/core/error.hpp"
#include "workshop/core/type_name.hpp"

namespace workshop {

/// The JSON text of a described struct (BOOST_DESCRIBE_STRUCT), or of anything Boost.JSON converts.
/// Members come in the order of their description, maps and sets in the order of their keys: equal
/// values have equal texts.
template <class T>
std::string to_json(const T& value) {
  return boost::json::serialize(boost::json::value_from(value));
}

/// The value that `text` describes. Throws InvalidRequest, naming the type, when it does not.
template <class T>
T from_json(std::string_view text) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(text, error);
  if (error) {
    throw InvalidRequest("not JSON where a " + std::string(type_name<T>()) + " is expected: " +
                         error.message());
  }
  auto value = boost::json::try_value_to<T>(parsed);
  if (!value) {
    throw InvalidRequest("this JSON is not a " + std::string(type_name<T>()) + ": " +
                         value.error().message() + ": " + std::string(text));
  }
  return std::move(*value);
}

}  // namespace workshop
