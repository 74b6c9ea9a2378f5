#include "workshop/explore/search/determinism.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "workshop/explore/world.hpp"

namespace workshop::explore {
namespace {

// One step as it was the first time.
struct Recorded {
  Choice choice;
  OperationKind kind = OperationKind::point;
  std::uint64_t arguments = 0;
  std::uint64_t outcome = 0;
  std::uint64_t digest = 0;
  std::size_t depth = 0;
};

class DoubleRun {
 public:
  explicit DoubleRun(const Scenario& scenario) : scenario_(&scenario) {}

  void check() {
    pass();
    again_ = true;
    at_ = 0;
    pass();
  }

 private:
  // The first schedule, and from each of its states the way on after a crash.
  void pass() {
    World world(*scenario_, scenario_->messages.size());
    const bool crashes =
        scenario_->bounds.faults_max > 0 && scenario_->bounds.faults.contains(Fault::crash);
    for (std::uint32_t i = 0; i < scenario_->bounds.steps_max; ++i) {
      if (crashes) crash_here(world);
      if (!go_on(world)) return;
    }
  }

  void crash_here(World& world) {
    const auto depth = world.depth();
    world.choices({1, 0}, true, choices_);
    const auto crash = std::find_if(choices_.begin(), choices_.end(), [](const Choice& choice) {
      return choice.decision == Decision::crash;
    });
    if (crash == choices_.end() || world.oracle().violation()) return;
    take(world, *crash);
    while (world.depth() < scenario_->bounds.steps_max && go_on(world)) {
    }
    world.return_to(depth);
  }

  bool go_on(World& world) {
    if (world.oracle().violation()) return false;
    world.choices({}, true, choices_);
    if (choices_.empty()) return false;
    const auto choice = choices_.front();
    take(world, choice);
    return true;
  }

  void take(World& world, const Choice& choice) {
    world.take(choice);
    const auto& step = world.step(world.depth() - 1);
    const Recorded now{choice,       step.kind,      step.arguments,
                       step.outcome, world.digest(), world.depth()};
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
                               before.choice == now.choice && before.depth == now.depth;
    if (same_question && before.outcome == now.outcome && before.digest == now.digest) return;
    const auto* what = !same_question                  ? "what it asks for"
                       : before.outcome != now.outcome ? "what it got"
                                                       : "what followed";
    throw NonDeterministic(fmt::format(
        "process '{}' did not do the same in two runs of one schedule: step {}, {}, differed in "
        "{}; "
        "time, ids and randomness must come from the context, and nothing may be kept in memory "
        "from one delivery to the next",
        scenario_->processes[before.choice.process].name, before.depth, name_of(before.kind),
        what));
  }

  const Scenario* scenario_;
  std::vector<Choice> choices_;
  std::vector<Recorded> recorded_;
  bool again_ = false;
  std::size_t at_ = 0;
};

}  // namespace

void check_determinism(const Scenario& scenario) { DoubleRun(scenario).check(); }

}  // namespace workshop::explore
