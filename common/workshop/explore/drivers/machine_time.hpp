#pragma once

#include <chrono>

namespace workshop::explore {

/// As long as it lives, this thread sees the time of the machine (system_clock, time, gettimeofday)
/// so much later, and nobody else does. Steady clocks stay. Where a program cannot stand before the
/// C library it does nothing: so on anything but Linux with glibc.
class MovedMachineTime {
 public:
  /// `by` may be negative; the one that lives already counts no more, until this one ends.
  explicit MovedMachineTime(std::chrono::seconds by) noexcept;
  ~MovedMachineTime();
  MovedMachineTime(const MovedMachineTime&) = delete;
  MovedMachineTime& operator=(const MovedMachineTime&) = delete;

 private:
  std::chrono::seconds before_;
};

}  // namespace workshop::explore
