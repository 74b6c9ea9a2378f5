#pragma once

#include <cstdint>

#include "workshop/explore/scenario/fault.hpp"
#include "workshop/explore/scenario/operation.hpp"

namespace workshop::explore {

/// What may still be spent in one execution.
struct Budget {
  std::uint32_t faults = 0;       ///< faults that may still happen
  std::uint32_t preemptions = 0;  ///< switches away from a process that could go on

  /// Equal in both.
  friend bool operator==(const Budget&, const Budget&) = default;
};

/// More than any bound allows: everything that can happen.
inline constexpr Budget kUnlimitedBudget{7, 7};

/// One thing that may happen next.
struct Choice {
  Decision decision = Decision::proceed;  ///< to go on, or which fault
  std::uint32_t process =
      0;  ///< whose step it is, by its number in the world; of no meaning when time passes
  std::uint32_t index = 0;                    ///< of a fault that has several ways: which one
  OperationKind kind = OperationKind::point;  ///< what the process is about to do
  std::uint8_t faults = 0;                    ///< what it costs
  std::uint8_t preemptions = 0;               ///< what it costs of these

  /// Equal in all members, costs included; see `same_as`.
  friend bool operator==(const Choice&, const Choice&) = default;

  /// Whether both ask for the same, whatever it costs.
  bool same_as(const Choice& other) const noexcept {
    if (decision != other.decision) return false;
    if (decision == Decision::advance_time) return true;
    return process == other.process && kind == other.kind && index == other.index;
  }
};

}  // namespace workshop::explore
