#include "workshop/http/wire.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace workshop::detail {
namespace {

constexpr std::size_t kFieldBytesMax = 60'000;  // the library below cannot hold longer ones
constexpr std::size_t kShownBytesMax = 60;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// RFC 3986, section 3.2.2: unreserved characters, sub-delimiters and bytes in hexadecimal.
bool is_registered_name(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!is_letter_or_digit(text[i]) &&
               std::string_view("-._~!$&'()*+,;=").find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return !text.empty();
}

bool is_address_v6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
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

std::optional<std::string> path_of(std::string_view target) {
  if (is_target(target)) return std::string(target);
  constexpr std::string_view kScheme = "http://";
  if (lowercase(target.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  target.remove_prefix(kScheme.size());
  const auto authority = target.substr(0, target.find_first_of("/?"));
  if (!is_host(authority)) return std::nullopt;
  auto path = std::string(target.substr(authority.size()));
  if (!path.starts_with('/')) path.insert(0, 1, '/');
  if (!is_target(path)) return std::nullopt;
  return path;
}

bool is_host(std::string_view value) {
  const bool in_brackets = value.starts_with('[');
  const auto host_end = in_brackets ? value.find(']') : value.find(':');
  if (in_brackets && host_end == std::string_view::npos) return false;
  const auto host = value.substr(0, host_end == std::string_view::npos ? value.size() : host_end);
  auto rest = value.substr(host.size() + (in_brackets ? 1 : 0));
  if (!(in_brackets ? is_address_v6(host.substr(1)) : is_registered_name(host))) return false;
  if (rest.empty()) return true;
  if (!rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  return rest.size() <= 5 && std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
}

TransferCoding coding_of(std::string_view values) {
  std::size_t chunked_count = 0;
  std::size_t count = 0;
  bool chunked_is_last = false;
  for (auto rest = values;;) {
    const auto comma = rest.find(',');
    const auto coding = lowercase(without_blanks(rest.substr(0, comma)));
    ++count;
    chunked_is_last = coding == "chunked";
    if (chunked_is_last) ++chunked_count;
    if (coding.empty()) return TransferCoding::not_framed;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (!chunked_is_last || chunked_count > 1) return TransferCoding::not_framed;
  return count == 1 ? TransferCoding::chunked : TransferCoding::other_then_chunked;
}

std::string wrong_with(const HttpHeaders& headers) {
  for (const auto& [name, value] : headers) {
    const auto field = "the header '" + printable(name.substr(0, kShownBytesMax)) + "'";
    if (!is_token(name)) return field + " has a name that is no token";
    if (!is_field_value(value)) return field + " has control characters or outer blanks";
    if (name.size() + value.size() > kFieldBytesMax) return field + " has more than 60,000 bytes";
  }
  return "";
}

std::string printable(std::string_view text) {
  std::string result(text);
  std::ranges::replace_if(result, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }, '?');
  return result;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

const char* wrong_with_character(char before, char here) {
  if ((before == '\r') != (here == '\n')) return "a line does not end in CR LF";
  const auto code = static_cast<unsigned char>(here);
  const bool is_control = code < 0x20 || code == 0x7f;
  if (is_control && here != '\t' && here != '\r' && here != '\n') {
    return "control characters where text has to be";
  }
  return nullptr;
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
