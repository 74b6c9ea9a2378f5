#pragma once

#include <chrono>
#include <cstdint>

#include "workshop/core/saturating.hpp"

namespace workshop {

/// A point in time, in milliseconds since 1970-01-01 UTC.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// The source of time for the library. Implementations are thread-safe unless they say otherwise.
class Clock {
 public:
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;

  /// The time at the call. Of a real clock it may go back, when the machine is set.
  virtual Timestamp now() const = 0;

  /// `now()`, or up to a hundredth of a second later, where asking for that takes less time.
  virtual Timestamp soon() const { return now(); }
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  /// The machine's time, without its parts of a millisecond.
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
  /// The kernel's next tick, on Linux: it takes a fifth of the time.
  Timestamp soon() const override;
};

/// A clock that moves only by `advance` and `set`, and stands still at Timestamp::max(). Not
/// thread-safe.
class SimulatedClock final : public Clock {
 public:
  /// Where it stands.
  Timestamp now() const override { return now_; }
  /// Moves on by `by`, at most to Timestamp::max().
  void advance(std::chrono::milliseconds by) { now_ = saturating_add(now_, by); }
  /// Moves to `now`, back or forward.
  void set(Timestamp now) { now_ = now; }

 private:
  Timestamp now_{std::chrono::sys_days{std::chrono::year{2024} / 12 / 1}};
};

}  // namespace workshop
