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
  std::string reached;                 ///< "complete up to 3 faults, 2 preemptions; …", in one line
  std::uint64_t executions_count = 0;  ///< of all searches together
  std::optional<Trace> failure;        ///< that the wider bounds have shown
};
/// Explores within ever wider bounds until `time_max` is spent or something fails.
Deeper explore_deeper(const Scenario& scenario, const std::string& tag,
                      std::chrono::milliseconds time_max);

/// The bounds of `prove`: as many faults and preemptions as here, or as the test has, if more.
inline constexpr Budget kProved{3, 2};

/// Raises the scenario's bounds one by one up to `most`. `Deeper::reached` says up to where it
/// holds: "proved up to 1 message, 3 faults, 2 preemptions", or where the time ran out.
Deeper explore_up_to(const Scenario& scenario, const std::string& tag, const Budget& most,
                     std::chrono::milliseconds time_max);

}  // namespace workshop::explore
