#include "workshop/http/wire.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace workshop::detail {
namespace {

constexpr std::size_t kFieldBytesMax = 60'000;  // the library below cannot hold longer ones

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// RFC 9110, section 5.5, without the blanks around it, which would not arrive.
bool is_field_value(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  if (!text.empty() && (blank(text.front()) || blank(text.back()))) return false;
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto host = authority.substr(0, colon);
  const auto port = authority.substr(colon + 1);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  const auto part_of_host = [&](char c) {
    return is_letter_or_digit(c) || c == '-' || c == '.' || (in_brackets && c == ':');
  };
  if (host.empty() || !std::ranges::all_of(host, part_of_host)) return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  if (number < 1 || number > 65'535) return std::nullopt;
  return Authority{std::string(host), std::to_string(number)};
}

bool is_target(std::string_view target) {
  return target.starts_with('/') && target.size() <= kFieldBytesMax &&
         std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

std::string wrong_with(const HttpHeaders& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_token(name)) return "a header name that is no token";
    if (!is_field_value(value)) return "control characters or outer blanks in header " + name;
    if (name.size() + value.size() > kFieldBytesMax) return "more than 60,000 bytes in a header";
  }
  return "";
}

bool is_connection_field(std::string_view lowercase_name) {
  static constexpr std::array<std::string_view, 11> kNames{"connection",
                                                           "content-length",
                                                           "expect",
                                                           "host",
                                                           "keep-alive",
                                                           "proxy-connection",
                                                           "te",
                                                           "trailer",
                                                           "upgrade",
                                                           "transfer-encoding",
                                                           "http2-settings"};
  return std::ranges::find(kNames, lowercase_name) != kNames.end();
}

std::string lowercase(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

}  // namespace workshop::detail
