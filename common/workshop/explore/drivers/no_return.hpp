#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/world/choice.hpp"

namespace workshop::explore {

/// States that are looked at for a point of no return. It is no time, so that a picture is the same
/// on every machine.
inline constexpr std::uint64_t kNoReturnStatesMax = 10'000;

/// Where a failing execution is lost: the number of the first step after which every continuation
/// within the scenario's bounds breaks an invariant; 0: it is lost before its first step.
///
/// Exact: every continuation within what is left of the faults and preemptions is tried, and a
/// state that was lost with as much left is not tried again. Nothing when that takes more than
/// `states_max` states, or when a continuation has more steps than the bounds allow. `failing` are
/// the steps of the execution, whose end follows without faults; nothing as well if it breaks
/// nothing.
std::optional<std::size_t> point_of_no_return(const Scenario& scenario, std::size_t messages_count,
                                              const std::vector<Choice>& failing,
                                              std::uint64_t states_max = kNoReturnStatesMax);

}  // namespace workshop::explore
