#pragma once

#include <chrono>
#include <limits>
#include <ratio>
#include <type_traits>

/// Sums of times that stop at the ends of what their type holds. With the operators of std::chrono
/// "as long as possible" overflows, and a timer that shall never ring rings at once.
namespace workshop {

namespace detail {

/// `count` * `factor`, for a factor of 1 or more, or the end of Rep that it would pass.
template <class Rep>
constexpr Rep saturating_multiply(Rep count, Rep factor) noexcept {
  using Limits = std::numeric_limits<Rep>;
  if (count > Limits::max() / factor) return Limits::max();
  if (count < Limits::min() / factor) return Limits::min();
  return count * factor;
}

template <class Rep>
constexpr Rep saturating_sum(Rep a, Rep b) noexcept {
  using Limits = std::numeric_limits<Rep>;
  if (b > 0 && a > Limits::max() - b) return Limits::max();
  if (b < 0 && a < Limits::min() - b) return Limits::min();
  return a + b;
}

}  // namespace detail

/// `duration` in the finer or equal unit of To, or To::max() or To::min() when To does not reach so
/// far. For integers of the same width, as the durations of std::chrono are.
template <class To, class Rep, class Period>
constexpr To saturating_cast(std::chrono::duration<Rep, Period> duration) noexcept {
  using Factor = std::ratio_divide<Period, typename To::period>;
  static_assert(Factor::den == 1, "a coarser unit would lose a part of the duration");
  static_assert(std::is_integral_v<Rep> && std::is_signed_v<Rep> &&
                sizeof(Rep) <= sizeof(typename To::rep));
  return To{detail::saturating_multiply<typename To::rep>(duration.count(), Factor::num)};
}

/// `a` + `b`, or the longest or shortest duration of a's type when the sum is beyond it. A `b` that
/// this type does not reach is for ever, whatever is added to it.
template <class Rep, class Period, class Rep2, class Period2>
constexpr std::chrono::duration<Rep, Period> saturating_add(
    std::chrono::duration<Rep, Period> a, std::chrono::duration<Rep2, Period2> b) noexcept {
  using Result = std::chrono::duration<Rep, Period>;
  const auto added = saturating_cast<Result>(b);
  const bool is_coarser = !std::ratio_equal_v<Period, Period2>;
  if (is_coarser && (added == Result::max() || added == Result::min())) return added;
  return Result{detail::saturating_sum(a.count(), added.count())};
}

/// `time` + `duration`, or the clock's last or first point in time when the sum is beyond it.
template <class Clock, class Duration, class Rep, class Period>
constexpr std::chrono::time_point<Clock, Duration> saturating_add(
    std::chrono::time_point<Clock, Duration> time,
    std::chrono::duration<Rep, Period> duration) noexcept {
  return std::chrono::time_point<Clock, Duration>{
      saturating_add(time.time_since_epoch(), duration)};
}

/// `later` - `earlier`, or the longest or shortest duration of that type when it is beyond it.
template <class Clock, class Duration>
constexpr Duration saturating_difference(
    std::chrono::time_point<Clock, Duration> later,
    std::chrono::time_point<Clock, Duration> earlier) noexcept {
  const auto a = later.time_since_epoch().count();
  const auto b = earlier.time_since_epoch().count();
  using Limits = std::numeric_limits<typename Duration::rep>;
  if (b < 0 && a > Limits::max() + b) return Duration::max();
  if (b > 0 && a < Limits::min() + b) return Duration::min();
  return Duration{a - b};
}

/// When `duration` from now will have passed, on the monotonic clock, for timers and waits. One
/// that is negative has passed already; one beyond the clock never passes.
template <class Rep, class Period>
std::chrono::steady_clock::time_point deadline_after(
    std::chrono::duration<Rep, Period> duration) noexcept {
  return saturating_add(std::chrono::steady_clock::now(), duration);
}

}  // namespace workshop
