#pragma once

#include <string>

#include "workshop/explore/explorer.hpp"
#include "workshop/explore/further_options.hpp"

namespace workshop::explore {

/// Explores as `workshop explore` asks: within the scenario's bounds, changed by the options, then,
/// when that holds and is wanted, at random, by PCT, and with bounds raised until the time is
/// spent. `Verdict::notes` says what was done: for people, a line each.
Verdict explore_further(const Scenario& scenario, const std::string& tag,
                        const FurtherOptions& options);

/// Bounds raised one by one, from the scenario's on, for so long.
struct Deeper {
  std::string reached;  ///< "complete up to 3 faults, 2 preemptions; …", in one line
  std::uint64_t executions_count = 0;
  std::optional<Trace> failure;
};
Deeper explore_deeper(const Scenario& scenario, const std::string& tag,
                      std::chrono::milliseconds time_max);

}  // namespace workshop::explore
