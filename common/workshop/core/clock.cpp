#include "workshop/core/clock.hpp"

#include <ctime>

namespace workshop {

bool SystemClock::is_before(Timestamp time) const {
#ifdef CLOCK_REALTIME_COARSE  // Linux
  // The last tick was at most a hundredth of a second ago, and never later than now.
  constexpr std::chrono::milliseconds kTickMax{20};
  ::timespec tick{};
  if (::clock_gettime(CLOCK_REALTIME_COARSE, &tick) == 0) {
    const Timestamp last{std::chrono::seconds{tick.tv_sec} +
                         std::chrono::milliseconds{tick.tv_nsec / 1'000'000}};
    if (saturating_add(last, kTickMax) < time) return true;
  }
#endif
  return now() < time;
}

}  // namespace workshop
