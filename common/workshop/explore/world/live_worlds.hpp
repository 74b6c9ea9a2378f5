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

/// For a program that a signal is about to end: the world whose handler runs, or null. Takes no
/// lock, which the interrupted thread may hold.
const World* world_in_handler_of_this_thread() noexcept;
/// Told by a world around each run of a handler; returns the one of before.
const World* handler_runs_in(const World* world) noexcept;

}  // namespace workshop::explore
