#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/search.hpp"

namespace workshop::explore {

/// What a search with a budget that is raised came to.
struct Deepened {
  SearchCounts counts;             ///< of all searches together
  Ended ended = Ended::exhausted;  ///< what ended the last search
  std::size_t messages_count = 0;  ///< that the last search began with
  /// Of the last search.
  Budget budget;
  /// More than one when threads shared a part of it. Then the counts, but for the states, may
  /// differ from run to run.
  std::uint32_t threads_count = 1;
  /// After Ended::failure: the execution that breaks an invariant.
  std::vector<Choice> failing;
  std::optional<Violation> violation;  ///< what it breaks
  /// No shorter execution within the same messages and budget fails.
  bool shortest = false;
  /// After Ended::steps_max: the beginning of the execution that took longest to come to rest, if
  /// one thread has found it.
  std::vector<Choice> longest;
  std::size_t longest_messages_count = 0;  ///< that `longest` begins with
};

/// Searches everything within the scenario's bounds, the smallest first: fewer messages before
/// more, then fewer faults and preemptions together; so the first failure is the smallest. Then
/// looks for the shortest one within the same budget. Rethrows what a handler's TODO throws.
Deepened deepen(const Scenario& scenario);

}  // namespace workshop::explore
