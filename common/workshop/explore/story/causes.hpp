#pragma once

#include <string>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// What an execution that goes on and on says about itself and its steps do not, each one looking
/// like the one before: of a livelock, and of an execution that a bound cut short, who goes round,
/// how often, through which operations, and who stood still meanwhile; of a dead letter, how many
/// of its deliveries ended in the same way, and in which. "" for anything else, and where the steps
/// do not tell.
std::string cause_of(const Trace& trace);

}  // namespace workshop::explore
