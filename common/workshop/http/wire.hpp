#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "workshop/http/http.hpp"

/// What a request or an answer may be made of when it goes over a real connection. Not for users of
/// a client or a server.
namespace workshop::detail {

/// "127.0.0.1:8080" or "[::1]:8080", taken apart.
struct Authority {
  std::string host;
  std::string port;
};

/// Nothing when `authority` is no host and port (1 to 65535).
std::optional<Authority> parse_authority(std::string_view authority);

/// True for a path, with or without a query, that can stand in a request line.
bool is_target(std::string_view target);

/// What is wrong with these fields; "" when they can be sent. A line break in a value would start
/// a field, or a request, that nobody asked for.
std::string wrong_with(const HttpHeaders& headers);

/// True for the fields that describe a connection or how a body is framed ("host", "connection",
/// "content-length", ...). They belong to the library: handlers and callers neither set nor see
/// them.
bool is_connection_field(std::string_view lowercase_name);

std::string lowercase(std::string_view text);

}  // namespace workshop::detail
