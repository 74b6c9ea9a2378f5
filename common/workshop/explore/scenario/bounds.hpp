#pragma once

#include <chrono>
#include <cstdint>

#include "workshop/explore/scenario/fault.hpp"

namespace workshop::explore {

/// Bounds of one exploration; the first one reached ends it.
struct Bounds {
  std::uint32_t faults_max = 2;       ///< faults in one execution; at most 7
  std::uint32_t preemptions_max = 2;  ///< switches away from a handler that could go on; at most 7
  Faults faults = {Fault::crash, Fault::duplicate};  ///< which faults are tried
  std::uint32_t steps_max = 200;                     ///< operations in one execution
  std::uint64_t executions_max = 10'000'000;         ///< executions in the whole exploration
  std::chrono::milliseconds time_max{20'000};        ///< wall clock, whole exploration

  /// What shall hold holds only within these faults and preemptions: a search that goes further
  /// leaves them as they are.
  bool fixed = false;
};

/// Bounds that hold every interleaving: preemptions cost nothing.
inline constexpr std::uint32_t kUnlimitedPreemptions = 0xffffffff;

/// How a search goes about it. The defaults are what labs use; tests compare them with the others.
struct SearchOptions {
  bool prune_by_digest = true;  ///< cut an execution that reaches a state seen with as much budget

  /// Of operations that commute, only one order. For searches of all interleavings that do not
  /// prune: ignored when pruning or when preemptions are bounded, because it is not sound there.
  bool sleep_sets = false;
  /// Threads that share a search, once it has turned out to be large. Handlers then run on several
  /// threads at once; they must keep nothing outside their coroutines.
  std::uint32_t threads = 1;
  std::uint64_t share_from_states = 5'000;  ///< "large": below, a world for each thread costs more
  bool shortest = true;  ///< after a failure, look for a shorter one within the same bounds
};

}  // namespace workshop::explore
