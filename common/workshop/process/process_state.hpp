#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace workshop::process {

/// What the system tells of a process, anybody's.
struct ProcessState {
  char sign = '?';  ///< as proc(5) has it: 'R' runs, 'Z' has ended and nobody has waited for it
  std::uint64_t begun = 0;  ///< when, in the system's ticks: with its number this names it for ever
};

/// The state of the process with this number; nothing when there is none, or no /proc.
std::optional<ProcessState> state_of(pid_t id);

}  // namespace workshop::process
