#include "workshop/http/deadline.hpp"

#include <charconv>
#include <cstdint>
#include <limits>

#include "workshop/core/saturating.hpp"

namespace workshop {

std::chrono::milliseconds remaining_ms(Deadline deadline, Deadline now) {
  if (deadline <= now) return std::chrono::milliseconds{0};
  return std::chrono::floor<std::chrono::milliseconds>(saturating_difference(deadline, now));
}

Deadline deadline_of(const HttpRequest& request, Deadline fallback) {
  return deadline_of(request, fallback, std::chrono::steady_clock::now());
}

Deadline deadline_of(const HttpRequest& request, Deadline fallback, Deadline now) {
  const auto field = request.headers.find(kDeadlineHeader);
  if (field == request.headers.end()) return fallback;
  const auto& text = field->second;
  std::uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return fallback;
  constexpr auto kCountMax = std::numeric_limits<std::int64_t>::max();
  if (error == std::errc::result_out_of_range || count > kCountMax) return Deadline::max();
  return saturating_add(now, std::chrono::milliseconds(static_cast<std::int64_t>(count)));
}

}  // namespace workshop
