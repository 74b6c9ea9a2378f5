#include "workshop/explore/drivers/determinism.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"

namespace workshop::explore {
namespace {

// One step as it was the first time.
struct Recorded {
  Choice chosen;
  OperationKind kind = OperationKind::point;
  std::uint64_t arguments = 0;
  std::uint64_t outcome = 0;
  std::uint64_t digest = 0;
  std::size_t depth = 0;
};

class DoubleRun {
 public:
  explicit DoubleRun(const Scenario& scenario) : scenario_(&scenario) {}

  // Both worlds live until the end, so that nothing of the second one has the address that it has
  // in the first one: a handler that goes by addresses shows.
  void check() {
    const auto count = scenario_->messages.size();
    Execution first(*scenario_, count);
    pass(first);
    again_ = true;
    Execution second(*scenario_, count);
    pass(second);
  }

 private:
  // The first schedule, and from each of its states the way on after a crash.
  void pass(Execution& execution) {
    const bool crashes =
        scenario_->bounds.faults_max > 0 && scenario_->bounds.faults.contains(Fault::crash);
    for (std::uint32_t i = 0; i < scenario_->bounds.steps_max; ++i) {
      if (crashes) crash_here(execution);
      if (!go_on(execution)) return;
    }
  }

  void crash_here(Execution& execution) {
    const auto depth = execution.depth();
    const auto& choices = execution.choices({1, 0});
    const auto crash = std::find_if(choices.begin(), choices.end(), [](const Choice& choice) {
      return choice.decision == Decision::crash;
    });
    if (crash == choices.end() || execution.broken()) return;
    take(execution, *crash);
    while (execution.depth() < scenario_->bounds.steps_max && go_on(execution)) {
    }
    execution.return_to(depth);
  }

  bool go_on(Execution& execution) {
    if (execution.broken()) return false;
    const auto& choices = execution.choices({});
    if (choices.empty()) return false;
    take(execution, choices.front());
    return true;
  }

  void take(Execution& execution, const Choice chosen) {
    execution.take(chosen);
    const auto& world = execution.world();
    const auto& step = world.last_step();
    const Recorded now{chosen,       step.choice.kind, step.arguments,
                       step.outcome, world.digest(),   world.depth()};
    if (!again_) {
      recorded_.push_back(now);
    } else {
      // A schedule that is longer, or shorter, than before has differed in its last digest.
      if (at_ < recorded_.size()) compare(recorded_[at_], now);
      ++at_;
    }
  }

  void compare(const Recorded& before, const Recorded& now) const {
    const bool same_question = before.kind == now.kind && before.arguments == now.arguments &&
                               before.chosen == now.chosen && before.depth == now.depth;
    if (same_question && before.outcome == now.outcome && before.digest == now.digest) return;
    const auto* what = !same_question                  ? "what it asks for"
                       : before.outcome != now.outcome ? "what it got"
                                                       : "what followed";
    throw NonDeterministic(fmt::format(
        "process '{}' did not do the same in two runs of one schedule: step {}, {}, differed in "
        "{}; "
        "time, ids and randomness must come from the context, and nothing may be kept in memory "
        "from one delivery to the next",
        scenario_->processes[before.chosen.process].name, before.depth, name_of(before.kind),
        what));
  }

  const Scenario* scenario_;
  std::vector<Recorded> recorded_;
  bool again_ = false;
  std::size_t at_ = 0;
};

}  // namespace

void check_determinism(const Scenario& scenario) { DoubleRun(scenario).check(); }

}  // namespace workshop::explore
