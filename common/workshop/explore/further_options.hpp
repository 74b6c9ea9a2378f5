#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "workshop/explore/scenario/bounds.hpp"

namespace workshop::explore {

/// What `workshop explore` asks of every exploration of a test program, in the variable
/// WORKSHOP_EXPLORE: words apart by blanks, such as `deeper=30 random=1000 seed=7 why`.
///
/// | word | |
/// |---|---|
/// | `deeper=S` | raise the bounds for S seconds |
/// | `random=N`, `seed=S` | N executions at random beyond the bounds |
/// | `pct=D` | the same by PCT of depth D |
/// | `threads=K` | share large searches between K threads |
/// | `pruning=off` | do not cut executions that reach a state seen before |
/// | `sleep-sets` | all interleavings, no digests, commuting operations in one order only |
/// | `faults=F`, `preemptions=P` | at most so many, and at most what the test asks for |
/// | `preemptions=any` | all interleavings |
/// | `time=S` | seconds for one search, instead of what the test says |
/// | `executions=N` | at most so many in one search |
/// | `why` | say which operations commute |
struct FurtherOptions {
  std::chrono::seconds deeper{0};
  std::uint64_t random_count = 0;
  std::uint64_t seed = 1;
  std::uint32_t pct_depth = 0;
  std::uint32_t threads = 1;
  bool pruning = true;
  bool sleep_sets = false;
  std::optional<std::uint32_t> faults_max;
  std::optional<std::uint32_t> preemptions_max;
  std::chrono::seconds time_max{0};
  std::uint64_t executions_max = 0;
  bool why = false;

  /// Throws InvalidRequest that names the word that is none.
  static FurtherOptions parse(std::string_view text);

  /// The scenario's bounds and options as these options change them.
  void apply_to(Bounds& bounds, SearchOptions& search) const;
};

}  // namespace workshop::explore
