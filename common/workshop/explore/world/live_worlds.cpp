#include "workshop/explore/world/live_worlds.hpp"

#include <mutex>
#include <set>
#include <utility>

namespace workshop::explore {
namespace {

struct LiveWorlds {
  std::mutex mutex;
  std::set<const World*> worlds;
};

LiveWorlds& live_worlds() {
  static auto* the_worlds = new LiveWorlds;  // never destroyed: the watchdog may outlive main
  return *the_worlds;
}

thread_local const World* in_handler = nullptr;

}  // namespace

const World* world_in_handler_of_this_thread() noexcept { return in_handler; }

const World* handler_runs_in(const World* world) noexcept {
  return std::exchange(in_handler, world);
}

void world_was_made(const World& world) {
  const std::lock_guard lock(live_worlds().mutex);
  live_worlds().worlds.insert(&world);
}

void world_is_destroyed(const World& world) {
  const std::lock_guard lock(live_worlds().mutex);
  live_worlds().worlds.erase(&world);
}

void look_at_live_worlds(const std::function<void(const World&)>& look) {
  const std::lock_guard lock(live_worlds().mutex);
  for (const auto* world : live_worlds().worlds) look(*world);
}

}  // namespace workshop::explore
