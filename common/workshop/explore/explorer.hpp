#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/request.hpp"
#include "workshop/explore/scenario.hpp"
#include "workshop/explore/search/search.hpp"
#include "workshop/explore/trace.hpp"

namespace workshop::explore {

/// What an exploration has covered. It never claims more.
struct Report {
  SearchCounts counts;
  std::size_t messages_count = 0;
  /// More than one when threads shared a part of the search. Then the counts, but for the states,
  /// may differ from run to run, and `to_string` tells the states.
  std::uint32_t threads_count = 1;
  Bounds bounds;
  Ended ended = Ended::exhausted;
  std::chrono::microseconds duration{0};

  /// "holds up to 2 messages, 2 faults, 2 preemptions (32,472 executions, complete)", or "no
  /// failure in 1,000,000 executions (bound: time)", or, after a failure, where it was found.
  std::string to_string() const;
};

/// The outcome of an exploration: the smallest failure, or the bound up to which there is none.
struct Verdict {
  std::optional<Trace> failure;
  bool shortest = false;  ///< no shorter execution within the failure's bounds fails
  Report report;
  /// When `steps_max` has ended the search: the longest execution, which breaks nothing and of
  /// which only the beginning was explored (`Trace::not_at_rest_after`).
  std::optional<Trace> too_long;
  /// A replay of one schedule instead of an exploration; `failure` is what it shows, broken or not.
  bool replayed = false;
  /// What was done and found beyond the report, when `workshop explore` asked; a line each.
  std::vector<std::string> notes;
  /// A replay was asked for, of another exploration than this one.
  bool skipped = false;

  bool holds() const noexcept { return !failure || !failure->violation; }
};

/// Explores a scenario within its bounds, the smallest first: fewer messages before more, then
/// fewer faults and preemptions together; so the first failure is the smallest. Before that, the
/// first schedule runs twice and must do the same.
///
/// Throws NonDeterministic when a handler does not do the same twice; whatever a TODO throws passes
/// through. InvalidRequest for bounds out of range or a scenario without messages and processes.
Verdict explore(const Scenario& scenario, const std::string& tag = "0000");

/// The tests' side of `explore`: what the running test is called, and which schedule to replay. Set
/// by the test program; read by `explore_in_test`. One thread.
struct Session {
  std::string test_name;
  std::uint32_t explorations_count = 0;  ///< of this test so far: the second has another tag
  std::string tag;                       ///< of the exploration that runs
  std::optional<std::string> replay;     ///< WORKSHOP_REPLAY
  FollowOptions follow;                  ///< how to replay it
  std::optional<Request> request;        ///< WORKSHOP_EXPLORE
  /// Told of each exploration that went as the request asks, whatever the test makes of its
  /// verdict.
  std::function<void(const Verdict&)> explored;
  bool replay_matched = false;  ///< some exploration had the schedule's tag
};
Session& session() noexcept;

/// Explores under the tag of the running test, or replays when the session asks for it.
Verdict explore_in_test(const Scenario& scenario);

}  // namespace workshop::explore
