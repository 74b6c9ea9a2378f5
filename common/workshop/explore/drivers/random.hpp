#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"

namespace workshop::explore {

/// Executions drawn at random, for spaces that no search exhausts.
struct RandomOptions {
  std::uint64_t executions_max = 1'000;  ///< how many are drawn at most
  std::uint64_t seed = 1;                ///< the same seed draws the same executions
  std::uint32_t faults_max = 3;          ///< in one execution; how many it has is drawn as well
  /// Of one execution; afterwards it runs fairly, without faults.
  std::uint32_t steps_max = 200;
  /// 0: at each point any process that can go on, with equal probability. Else PCT of this depth
  /// (pct.hpp).
  std::uint32_t pct_depth = 0;
  std::chrono::steady_clock::time_point deadline =
      std::chrono::steady_clock::time_point::max();  ///< none begins after it
};

/// What random executions came to.
struct RandomResult {
  std::uint64_t executions_count = 0;  ///< the failing one included
  /// Operations of all executions together.
  std::uint64_t steps_count = 0;
  /// The choices of the first execution that broke an invariant. Not the shortest one: see
  /// shorten.hpp.
  std::optional<std::vector<Choice>> failing;
};

/// Runs executions drawn at random until one fails or a limit ends it. Preemptions cost nothing.
/// `execution` is at its start afterwards.
RandomResult explore_at_random(Execution& execution, const RandomOptions& options);

}  // namespace workshop::explore
