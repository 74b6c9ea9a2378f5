#include "workshop/core/clock.hpp"

#include <ctime>

namespace workshop {

Timestamp SystemClock::soon() const {
#ifdef CLOCK_REALTIME_COARSE                        // Linux: the time of the last tick
  constexpr std::int64_t kNanoseconds = 1'000'000;  // of a millisecond
  static const auto tick = [] {
    ::timespec resolution{};
    const bool is_known = ::clock_getres(CLOCK_REALTIME_COARSE, &resolution) == 0;
    return std::chrono::milliseconds{is_known ? resolution.tv_nsec / kNanoseconds + 1 : 0};
  }();
  ::timespec last{};
  if (tick.count() > 0 && ::clock_gettime(CLOCK_REALTIME_COARSE, &last) == 0) {
    return Timestamp{std::chrono::seconds{last.tv_sec} +
                     std::chrono::milliseconds{last.tv_nsec / kNanoseconds}} +
           tick;
  }
#endif
  return now();
}

}  // namespace workshop
