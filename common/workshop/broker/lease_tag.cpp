#include "workshop/broker/lease_tag.hpp"

#include <charconv>
#include <string>

namespace workshop {

LeaseTag make_lease_tag(const LeaseTagParts& parts) {
  char text[48];
  char* const end = text + sizeof text;
  char* at = std::to_chars(text, end, parts.queue).ptr;
  *at++ = '.';
  at = std::to_chars(at, end, parts.sequence).ptr;
  *at++ = '.';
  at = std::to_chars(at, end, parts.delivery_count).ptr;
  return LeaseTag{std::string(text, at)};
}

std::optional<LeaseTagParts> parse_lease_tag(const LeaseTag& tag) {
  LeaseTagParts parts;
  const char* at = tag.value.data();
  const char* const end = at + tag.value.size();
  const auto number = [&](auto& value, bool last) {
    const auto [next, error] = std::from_chars(at, end, value);
    if (error != std::errc{} || (next == end) != last || (!last && *next != '.')) return false;
    at = next + (last ? 0 : 1);
    return true;
  };
  if (!number(parts.queue, false) || !number(parts.sequence, false) ||
      !number(parts.delivery_count, true)) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace workshop
