#pragma once

#include <chrono>

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

  virtual Timestamp now() const = 0;
};

/// The machine's clock.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now());
  }
};

/// A clock that moves only by `advance` and `set`, and stands still at Timestamp::max(). Not
/// thread-safe.
class SimulatedClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ = saturating_add(now_, by); }
  void set(Timestamp now) { now_ = now; }

 private:
  Timestamp now_{std::chrono::sys_days{std::chrono::year{2024} / 12 / 1}};
};

}  // namespace workshop
