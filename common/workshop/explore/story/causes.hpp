#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// What an execution that goes on and on says about itself and its steps do not, each one looking
/// like the one before: of a livelock, and of an execution that a bound cut short, who goes round,
/// how often, through which operations, and who stood still meanwhile; of a dead letter, how many
/// of its deliveries ended in the same way, and in which. "" for anything else, and where the steps
/// do not tell.
std::string cause_of(const Trace& trace);

/// Where an execution that goes on for ever begins to go round, and how many steps a round has.
struct Loop {
  std::size_t first = 0;   ///< the index of its first step
  std::size_t length = 0;  ///< of a round, in steps of all processes
};
/// From `first` on the same operations come again and again, at least three times; nothing of any
/// other trace, and where no round of up to 40 operations is found.
std::optional<Loop> loop_of(const Trace& trace);

/// Of a dead letter, the step by which its last delivery failed: the operation whose failure the
/// handler let out, or else the abandon. Nothing of any other trace.
std::optional<std::size_t> last_failure_of_dead_letter(const Trace& trace);

}  // namespace workshop::explore
