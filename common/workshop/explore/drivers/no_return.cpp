#include "workshop/explore/drivers/no_return.hpp"

#include <algorithm>
#include <deque>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/seen_states.hpp"

namespace workshop::explore {
namespace {

Budget budget_of(const Bounds& bounds) {
  const bool free_preemptions = bounds.preemptions_max == kUnlimitedPreemptions;
  return {bounds.faults.empty() ? 0 : bounds.faults_max,
          free_preemptions ? 0 : bounds.preemptions_max};
}

Budget without(const Budget& budget, const Choice& choice) {
  return {budget.faults - std::min<std::uint32_t>(budget.faults, choice.faults),
          budget.preemptions - std::min<std::uint32_t>(budget.preemptions, choice.preemptions)};
}

// Looks for an execution that comes to rest with nothing broken.
class WayOut {
 public:
  enum class Found : std::uint8_t { yes, no, not_known };

  WayOut(Execution& execution, std::uint64_t states_max)
      : execution_(&execution),
        free_preemptions_(bounds().preemptions_max == kUnlimitedPreemptions),
        states_left_(states_max) {}

  bool free_preemptions() const noexcept { return free_preemptions_; }

  // From the state that the execution stands at; it is taken back to it.
  Found from_here(const Budget& left) {
    if (execution_->broken()) return Found::no;
    const auto depth = execution_->depth();
    if (depth >= bounds().steps_max) return too_long(depth);
    // Whatever was seen before has no way out, or it had been taken.
    if (seen_.seen(execution_->world().digest(), left)) return Found::no;
    if (states_left_ == 0) return Found::not_known;
    --states_left_;
    if (choices_.size() <= depth) choices_.resize(depth + 1);
    auto& choices = choices_[depth];
    execution_->choices(left, free_preemptions_, choices);
    if (choices.empty()) {
      execution_->judge_rest();
      return execution_->broken() ? Found::no : Found::yes;
    }
    for (const auto& choice : choices) {
      execution_->take(choice);
      const auto found = from_here(without(left, choice));
      execution_->return_to(depth);
      if (found != Found::no) return found;
    }
    return Found::no;
  }

 private:
  const Bounds& bounds() const { return execution_->world().scenario().bounds; }

  // Only one continuation of many is tried here.
  Found too_long(std::size_t depth) {
    execution_->finish();
    const bool broken = execution_->broken();
    execution_->return_to(depth);
    return broken ? Found::not_known : Found::yes;
  }

  Execution* execution_;
  SeenStates seen_;
  bool free_preemptions_;
  std::uint64_t states_left_;
  std::deque<std::vector<Choice>> choices_;  // by depth; a reference to one outlives a longer path
};

}  // namespace

std::optional<std::size_t> point_of_no_return(const Scenario& scenario, std::size_t messages_count,
                                              const std::vector<Choice>& failing,
                                              std::uint64_t states_max) {
  Execution execution(scenario, messages_count);
  execution.take_all(failing);
  if (execution.finish() == ExecutionEnd::livelock || !execution.broken()) return std::nullopt;
  const auto steps = execution.taken();

  // What is left of the bounds before each step: what a step costs, its own choice says.
  WayOut way_out(execution, states_max);
  std::vector<Budget> left = {budget_of(scenario.bounds)};
  execution.return_to(0);
  for (const auto& step : steps) {
    const auto taken = execution.take_if_possible(step, way_out.free_preemptions());
    if (!taken) return std::nullopt;
    left.push_back(without(left.back(), *taken));
  }
  for (auto depth = steps.size(); depth-- > 0;) {
    execution.return_to(depth);
    const auto found = way_out.from_here(left[depth]);
    if (found == WayOut::Found::not_known) return std::nullopt;
    if (found == WayOut::Found::yes) return depth + 1;
  }
  return 0;
}

}  // namespace workshop::explore
