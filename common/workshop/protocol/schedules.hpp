#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What a schedule tells without the scenario that it is for (explore/drivers/schedule.hpp has its
/// grammar). A test of the explorer's compares the words with the explorer's own tables.
namespace workshop::protocol {

/// A schedule of more characters is too long to copy from a projector, and told to be so.
inline constexpr std::size_t kScheduleMax = 120;

/// The fault that a character of a schedule stands for; empty for none.
std::string_view fault_of_sign(char sign) noexcept;
/// The operation that a character of a schedule stands for; empty for none.
std::string_view operation_of_letter(char letter) noexcept;

/// An execution in a few words.
struct ScheduleOutline {
  /// One step of it.
  struct Step {
    std::string operation;  ///< "save"
    std::string fault;      ///< what happened at it, or empty
  };
  std::vector<std::string> faults;  ///< "crash", "lease expiry", in the order of the execution
  /// The operation at which the last fault happened; without faults, the last operation.
  std::string deciding_operation;
  std::size_t steps_count = 0;  ///< all of them, also those of no operation
  std::vector<Step> steps;      ///< in the order of the execution
};

/// Reads as much of a schedule as it understands; an empty outline for what is none.
ScheduleOutline outline_of(std::string_view schedule);

}  // namespace workshop::protocol
