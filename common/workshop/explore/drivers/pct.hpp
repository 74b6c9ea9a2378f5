#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workshop/explore/drivers/random_numbers.hpp"
#include "workshop/explore/world/choice.hpp"

namespace workshop::explore {

/// Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte: A randomized
/// scheduler with probabilistic guarantees of finding bugs, 2010): processes have random
/// priorities, the one with the highest goes on, and at depth - 1 random steps the one that goes on
/// gets the lowest priority. A bug that needs `depth` ordering constraints and no fault is found by
/// one execution with probability 1 / (n k^(depth-1)) at least, for n processes and k steps.
class PctPriorities {
 public:
  /// Draws the priorities and the steps at which they change, of the first `steps_expected`. Depth
  /// 0 draws priorities that never change.
  PctPriorities(RandomNumbers& random, std::uint32_t depth, std::size_t processes_count,
                std::uint32_t steps_expected);

  /// Which of the choices without a fault, of which there is one at least, is taken as this step.
  const Choice& choose(const std::vector<Choice>& choices, std::uint64_t step);

 private:
  const Choice& highest_of(const std::vector<Choice>& choices) const;

  std::vector<std::uint64_t> priorities_;  // by process
  std::vector<std::uint64_t> change_steps_;
};

}  // namespace workshop::explore
