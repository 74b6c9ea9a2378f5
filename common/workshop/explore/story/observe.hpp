#pragma once

#include "workshop/explore/story/world_state.hpp"
#include "workshop/explore/world/world.hpp"

namespace workshop::explore {

/// How many steps of an execution are observed for a picture; more would show nothing new.
inline constexpr std::size_t kObservedStepsMax = 160;

/// A narrated world as a picture shows it now.
WorldState observe(const World& world);

}  // namespace workshop::explore
