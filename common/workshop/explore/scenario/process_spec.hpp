#pragma once

#include <functional>
#include <string>

#include "workshop/core/task.hpp"
#include "workshop/explore/scenario/process_context.hpp"

namespace workshop::explore {

/// What a process runs: one round. Called anew for each round; must keep no state outside the
/// coroutine, or the explorer's pruning would be wrong (the double run finds what changes a
/// result).
using Round = std::function<Task<void>(ProcessContext&)>;

/// One process to be part of a world.
struct ProcessSpec {
  std::string name;   ///< "payments-1"
  std::string group;  ///< processes of one group are interchangeable
  std::string queue;  ///< its rounds begin with a receive from here
  /// What it runs; without a queue and an authority once, from the start.
  Round round;
  bool restarts = true;        ///< after a crash; one that serves always does
  std::string authority = {};  ///< or: its rounds begin with accepting a request to this server

  /// Whether its rounds begin when something arrives.
  bool serves() const noexcept { return !queue.empty() || !authority.empty(); }
};

}  // namespace workshop::explore
