#pragma once

#include <cstddef>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/schedule.hpp"

namespace workshop::explore {

/// How far an execution has followed a schedule.
struct Followed {
  std::size_t matched = 0;  ///< steps that happened as they stand in the schedule
  std::size_t left_at = 0;  ///< the number of the first step that could not, from 1; 0: none
};

/// Takes the steps of a schedule as long as they match what the processes are about to do, and no
/// invariant is broken. The scenario must allow the faults.
Followed follow_strictly(Execution& execution, const Schedule& schedule);

/// Follows a schedule that another handler has left behind, to see what this one makes of it: where
/// a step does not match, the process does what it is about to do instead, a fault waits until its
/// operation comes, and what nobody does any more is left out.
Followed follow_loosely(Execution& execution, const Schedule& schedule);

}  // namespace workshop::explore
