#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/story/trace.hpp"

namespace workshop::explore {

/// One thing that a person may let happen next.
struct PlayChoice {
  Choice choice;        ///< what the session takes
  std::string process;  ///< "payments-1"; "": time passes
  /// "save Order order-1", "a crash before save Order order-1".
  std::string words;
  /// The key that chooses it: the number of its process, or a letter for what goes wrong.
  std::string key;
};

/// What an execution costs.
struct PlayCost {
  std::uint32_t faults = 0;       ///< that have happened
  std::uint32_t preemptions = 0;  ///< switches away from a process that could go on
  std::size_t steps = 0;          ///< that were taken

  /// Equal in all three.
  friend bool operator==(const PlayCost&, const PlayCost&) = default;
};

/// An execution whose steps a person chooses, one at a time, back and forth at will. The faults are
/// those of the scenario's bounds, and as many as one likes; the oracle judges after each step. One
/// thread.
class PlaySession {
 public:
  /// Stands at the beginning of `scenario` with its first `messages_count` messages. `tag` begins
  /// its schedules. The scenario must outlive it.
  PlaySession(const Scenario& scenario, std::size_t messages_count, std::string tag);

  /// What may happen now: by process, each time first that it goes on. Nothing when an invariant is
  /// broken, when it is at rest, and after `Bounds::steps_max` steps.
  const std::vector<PlayChoice>& choices() const noexcept { return choices_; }
  /// Takes the choice of this number, from 0. Throws InvalidRequest when there is none, and when
  /// the handler has a TODO there; then nothing has happened.
  void take(std::size_t number);
  /// Undoes so many steps, or all.
  void back(std::size_t steps_count);
  /// Takes so many of the undone steps again, or all. Whoever takes another one forgets them.
  void forth(std::size_t steps_count);
  /// How many can be taken again.
  std::size_t undone_count() const noexcept { return undone_.size(); }
  /// Goes on without faults, whoever acted last first, until it is at rest or broken.
  void finish();
  /// Follows a schedule from its beginning. Throws InvalidRequest that says why it cannot; then
  /// nothing has happened.
  void go_to(std::string_view schedule);

  /// The broken invariant, if any.
  const std::optional<Violation>& violation() const noexcept { return execution_->violation(); }
  /// Whether nothing can go on, and the oracle has judged it.
  bool at_rest() const noexcept { return at_rest_; }
  /// As many steps as the scenario's bounds allow, and still busy.
  bool too_long() const { return depth() >= scenario_->bounds.steps_max; }
  /// What the steps so far cost.
  PlayCost cost() const;
  /// Whether the scenario's bounds allow as many faults and preemptions.
  bool within_bounds() const;
  /// How many steps were taken.
  std::size_t depth() const noexcept { return execution_->depth(); }
  /// How many messages it began with.
  std::size_t messages_count() const noexcept { return messages_count_; }
  /// Leads to the same place, here and in a replay.
  std::string schedule() const;
  /// What has happened, in words. Where it is broken, with the point of no return.
  Trace trace() const;

 private:
  void start(std::size_t messages_count);
  void look();
  void take(const Choice& choice);
  std::string words_of(const Choice& choice, const std::string& operation);
  std::string peek(const Choice& choice);

  const Scenario* scenario_;
  std::string tag_;
  std::size_t messages_count_;
  std::optional<Execution> execution_;
  std::vector<PlayChoice> choices_;
  std::vector<Choice> undone_;  // the next one last
  bool at_rest_ = false;
};

}  // namespace workshop::explore
