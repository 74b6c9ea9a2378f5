#pragma once

#include <functional>

namespace workshop::explore {

class World;

/// The worlds that exist in this program, for the watchdog, which looks at them from a thread of
/// its own. A World enters when it is made and leaves before it is destroyed. Thread-safe.
void world_was_made(const World& world);
void world_is_destroyed(const World& world);

/// Calls `look` for each world; none is destroyed meanwhile.
void look_at_live_worlds(const std::function<void(const World&)>& look);

}  // namespace workshop::explore
