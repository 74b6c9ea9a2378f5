#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/seen_states.hpp"

namespace workshop::explore {

/// What ended a search.
enum class Ended : std::uint8_t {
  exhausted,       ///< everything within the bounds was explored
  failure,         ///< a violation was found
  executions_max,  ///< the bound of this name
  time_max,
  steps_max,  ///< an execution was cut, so that not everything was explored
};

/// Figures of one search.
struct SearchCounts {
  std::uint64_t executions_count = 0;  ///< ended at rest, at a violation, or cut by a seen state
  std::uint64_t pruned_count = 0;      ///< of these: cut by a seen state
  std::uint64_t states_count = 0;      ///< distinct states, when states are remembered
  std::uint64_t steps_count = 0;       ///< operations run; those fed from the record not counted
};

/// What a search hands to whom it may interest; for tests that compare searches.
struct SearchObserver {
  std::function<void(const World&)> at_rest;  ///< every execution that came to rest and was judged
  std::function<void(const World&)> failed;   ///< every execution that broke an invariant
  std::function<void(const World&)> arrived;  ///< every state that something can happen in
  bool stop_at_failure = true;                ///< whether the first failure ends the search
};

/// Depth-first search over one execution within one budget, from the state that it stands at. It
/// returns there afterwards.
class Search {
 public:
  /// What one search may try, and when it ends.
  struct Limits {
    Budget budget;                  ///< of each execution
    bool free_preemptions = false;  ///< switches cost nothing
    /// A state that was seen with as much budget is not explored again.
    bool prune = true;
    /// Of operations that commute only one order (sleep sets; Godefroid, Partial-Order Methods,
    /// 1996). Only without pruning and with free preemptions; else ignored. The world must tell
    /// resources apart.
    bool sleep_sets = false;
    std::uint32_t steps_max =
        200;  ///< of an execution that is chosen; from there on it runs fairly
    std::uint64_t executions_max = 0;                ///< of the whole search
    std::chrono::steady_clock::time_point deadline;  ///< of the whole search
    const std::atomic<bool>* stop = nullptr;  ///< another thread's: ends this search as time_max
  };

  /// Remembers seen states across calls of `run` for one execution: raise the budget, call again.
  /// `seen` are states that other searches of the same scenario share; none: its own.
  explicit Search(Execution& execution, SearchObserver observer = {},
                  std::shared_ptr<SeenStates> seen = {});
  ~Search();
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  /// Explores. On `Ended::failure`, `failure()` is the execution.
  Ended run(const Limits& limits);

  /// After a failure: looks for a shorter one within the same budget, until there is none or the
  /// limits end it. Returns true when the shortest is proven.
  bool shorten(const Limits& limits);

  /// Of all searches since it was made.
  const SearchCounts& counts() const noexcept { return counts_; }
  /// The choices of the failing execution, and what it violates.
  const std::vector<Choice>& failing_choices() const noexcept { return failing_; }
  /// What the failing execution violates; nothing: none has failed.
  const std::optional<Violation>& violation() const noexcept { return violation_; }
  /// Of the executions that `steps_max` ended without a failure the one that took longest to come
  /// to rest: its choices until then. Empty when there was none.
  const std::vector<Choice>& longest_choices() const noexcept { return longest_; }

 private:
  struct Frame {
    std::vector<Choice> choices;
    std::size_t next = 0;
    Budget budget;
    std::uint32_t asleep = 0;  // processes whose next operation need not come first from here
  };

  Ended explore(const Limits& limits, bool shortening);
  const Choice* next_choice(Frame& frame);
  void take(Frame& frame, const Choice& choice, const Limits& limits);
  bool arrive(const Limits& limits, const Budget& budget, bool shortening);
  void record_failure();
  void record_too_long(std::uint32_t steps_max);
  Ended stop(Ended ended);

  Execution* execution_;
  SearchObserver observer_;
  std::shared_ptr<SeenStates> seen_;
  SearchCounts counts_;
  std::vector<Frame> frames_;
  std::vector<Choice> failing_;
  std::optional<Violation> violation_;
  std::vector<Choice> longest_;
  std::size_t longest_steps_ = 0;  // until it was at rest
  bool cut_ = false;
  std::size_t base_ = 0;       // the depth that the search began at
  std::uint32_t asleep_ = 0;   // in the state that was just reached
  std::size_t fair_from_ = 0;  // an execution's steps from here on were not chosen
};

}  // namespace workshop::explore
