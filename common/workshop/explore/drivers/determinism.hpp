#pragma once

#include "workshop/explore/scenario/scenario.hpp"

namespace workshop::explore {

/// Runs the scenario's first schedule twice, and likewise, when crashes are tried, the schedules
/// that crash a process before its first, second, … operation; all of them once, then all of them
/// again, so that what a handler keeps in memory from one delivery to the next has a chance to
/// show. Every step must be the same, also with the machine's time a year later.
///
/// Throws NonDeterministic that names the process and the first operation that differed. What a
/// TODO throws passes through.
void check_determinism(const Scenario& scenario);

}  // namespace workshop::explore
