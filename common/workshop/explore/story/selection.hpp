#pragma once

#include <cstddef>
#include <vector>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// Which steps of a trace to print in at most `lines_max` lines, with a line "… n more" for each
/// gap, so that what is left out matters least in sum. A livelock is explained by how it began,
/// everything else by how it ended. One element for each step.
std::vector<bool> steps_to_print(const Trace& trace, std::size_t lines_max);

}  // namespace workshop::explore
