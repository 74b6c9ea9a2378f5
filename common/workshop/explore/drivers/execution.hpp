#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "workshop/explore/world/world.hpp"

namespace workshop::explore {

/// How many steps a world without further faults has to come to rest, before that is a livelock.
constexpr std::uint32_t fair_steps_of(std::uint32_t steps_max) { return 10 * steps_max + 100; }

/// What an execution came to.
enum class ExecutionEnd : std::uint8_t {
  broken,    ///< an invariant broke before it came to rest
  at_rest,   ///< it came to rest and was judged; an invariant may have broken by that
  livelock,  ///< it did not come to rest
};

/// One execution of a scenario at a time: what every driver works with. A driver chooses steps, or
/// lets the execution finish fairly; the oracle judges; and the driver goes back and chooses
/// otherwise. One thread.
class Execution {
 public:
  /// Begins with the scenario's first `messages_count` messages. `scenario` must outlive it. With
  /// `names_resources` the world remembers the names of the documents that operations touch.
  Execution(const Scenario& scenario, std::size_t messages_count, bool names_resources = false)
      : world_(scenario, messages_count, names_resources) {}

  /// All that may happen next within `budget`, the cheapest first; nothing when it is at rest. The
  /// second one is valid until the next call.
  void choices(const Budget& budget, bool free_preemptions, std::vector<Choice>& out) const {
    world_.choices(budget, free_preemptions, out);
  }
  /// The same, in a list that the next call overwrites.
  const std::vector<Choice>& choices(const Budget& budget, bool free_preemptions = true) {
    world_.choices(budget, free_preemptions, choices_);
    return choices_;
  }

  /// Takes one step. Throws what a skeleton's TODO throws.
  void take(Choice choice) { world_.take(choice); }

  /// Takes these steps, one after the other.
  void take_all(const std::vector<Choice>& choices) {
    for (const auto& choice : choices) world_.take(choice);
  }

  /// Takes the choice that asks for the same as `wanted`, if it is there. Returns it, with what it
  /// costs, or nothing.
  std::optional<Choice> take_if_possible(const Choice& wanted, bool free_preemptions = true);

  /// Undoes all steps but the first `depth`.
  void return_to(std::size_t depth) { world_.return_to(depth); }

  /// Judges an execution that is at rest.
  void judge_rest();

  /// Goes on without faults, everyone in turn, for at most `fair_steps_of(steps_max)` steps; judges
  /// what comes of it.
  ExecutionEnd finish(std::uint32_t steps_max);
  /// The same, for as many steps as the scenario allows.
  ExecutionEnd finish() { return finish(world_.scenario().bounds.steps_max); }

  /// Whether an invariant is broken.
  bool broken() const noexcept { return violation().has_value(); }
  /// The first invariant that broke; nothing: none.
  const std::optional<Violation>& violation() const noexcept { return world_.oracle().violation(); }
  /// How many steps were taken.
  std::size_t depth() const noexcept { return world_.depth(); }
  /// The first `depth` steps, as choices that take them again.
  std::vector<Choice> taken(std::size_t depth) const;
  /// All steps, as choices that take them again.
  std::vector<Choice> taken() const { return taken(depth()); }

  /// What the steps have come to.
  const World& world() const noexcept { return world_; }
  /// From here on steps have words, which cost time; `listener` is told of each, and must outlive
  /// it.
  void narrate(StepListener* listener = nullptr) noexcept { world_.narrate(listener); }

 private:
  bool run_fairly(std::uint32_t steps_max);

  World world_;
  std::vector<Choice> choices_;
};

}  // namespace workshop::explore
