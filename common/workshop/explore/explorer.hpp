#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/search.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/story/narrator.hpp"

namespace workshop::explore {

/// What an exploration has covered. It never claims more.
struct Report {
  SearchCounts counts;             ///< executions, states and operations
  std::size_t messages_count = 0;  ///< of the scenario that were there in the last search
  /// More than one when threads shared a part of the search. Then the counts, but for the states,
  /// may differ from run to run, and `to_string` tells the states.
  std::uint32_t threads_count = 1;
  Bounds bounds;                          ///< up to which it looked
  Ended ended = Ended::exhausted;         ///< all was tried, or which bound came first
  std::chrono::microseconds duration{0};  ///< wall clock

  /// "holds up to 2 messages, 2 faults, 2 preemptions (32,472 executions, complete)", or "no
  /// failure in 1,000,000 executions (bound: time)", or, after a failure, where it was found.
  std::string to_string() const;
};

/// The outcome of an exploration: the smallest failure, or the bound up to which there is none.
struct Verdict {
  std::optional<Trace> failure;  ///< nothing: none was found
  bool shortest = false;         ///< no shorter execution within the failure's bounds fails
  Report report;                 ///< what was covered
  /// When `steps_max` has ended the search: the longest execution, which breaks nothing and of
  /// which only the beginning was explored (`Trace::not_at_rest_after`).
  std::optional<Trace> too_long;
  /// A replay of one schedule instead of an exploration; `failure` is what it shows, broken or not.
  bool replayed = false;
  /// What was done and found beyond the report, when `workshop explore` asked; a line each.
  std::vector<std::string> notes;
  /// A replay was asked for, of another exploration than this one.
  bool skipped = false;

  /// No failure was found. A proof only when the report says that the search was exhausted.
  bool holds() const noexcept { return !failure || !failure->violation; }
};

/// Explores a scenario within its bounds, the smallest first: fewer messages before more, then
/// fewer faults and preemptions together; so the first failure is the smallest. Before that, the
/// first schedule runs twice and must do the same.
///
/// Throws NonDeterministic when a handler does not do the same twice; whatever a TODO throws passes
/// through. InvalidRequest for bounds out of range or a scenario without messages and processes.
Verdict explore(const Scenario& scenario, const std::string& tag = "0000");

/// Throws InvalidRequest when `scenario` has bounds out of range, or nothing to explore.
void refuse_bad(const Scenario& scenario);

}  // namespace workshop::explore
