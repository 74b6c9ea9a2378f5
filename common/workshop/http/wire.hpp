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

/// Path and query of a target that came in a request line: a path as it is, and those of an http
/// URI (RFC 9112, sections 3.2.1 and 3.2.2). Nothing for what is neither.
std::optional<std::string> path_of(std::string_view target);

/// True for what a Host field may say: a name or an address, with or without a port (RFC 9110,
/// section 7.2). An empty one is none: no http URI lacks a host.
bool is_host(std::string_view value);

/// What the values of Transfer-Encoding say, joined by commas.
enum class TransferCoding {
  chunked,             ///< chunked and nothing else
  other_then_chunked,  ///< the end of the body can be found, but not read
  not_framed,          ///< chunked is not the last, or is there twice, or one is empty
};
TransferCoding coding_of(std::string_view values);

/// What is wrong with these fields; "" when they can be sent. A line break in a value would start
/// a field, or a request, that nobody asked for.
std::string wrong_with(const HttpHeaders& headers);

/// True for the fields that describe a connection or how a body is framed ("host", "connection",
/// "content-length", ...). They belong to the library: handlers and callers neither set nor see
/// them.
bool is_connection_field(std::string_view lowercase_name);

/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text);

/// What is wrong with the character `here` of a line of a message, after the character `before`;
/// nullptr when nothing is. Strict about what ends a line (CR LF): readers that disagree on it see
/// two messages in one (RFC 9112, section 2.2).
const char* wrong_with_character(char before, char here);

std::string lowercase(std::string_view text);

/// The text with '?' for each byte that is no printable ASCII, for messages.
std::string printable(std::string_view text);

}  // namespace workshop::detail
