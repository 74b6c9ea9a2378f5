#pragma once

#include <string>

#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// What the step that makes an effect a duplicate does not say itself, the other one being some
/// steps above it: which step had the effect before, "it was booked at step 4", or under which id
/// what it sends has been sent, "step 4 has sent it as m1#1.2". "" for any other failure, and where
/// the steps do not tell.
std::string earlier_of_duplicate(const Trace& trace);

}  // namespace workshop::explore
