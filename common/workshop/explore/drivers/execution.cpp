#include "workshop/explore/drivers/execution.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace workshop::explore {

std::optional<Choice> Execution::take_if_possible(const Choice& wanted, bool free_preemptions) {
  choices(kUnlimitedBudget, free_preemptions);
  const auto found = std::find_if(choices_.begin(), choices_.end(),
                                  [&](const Choice& choice) { return choice.same_as(wanted); });
  if (found == choices_.end()) return std::nullopt;
  const auto choice = *found;
  take(choice);
  return choice;
}

std::vector<Choice> Execution::taken(std::size_t depth) const {
  std::vector<Choice> choices;
  for (std::size_t i = 0; i < std::min(world_.depth(), depth); ++i) {
    choices.push_back(world_.step(i).choice);
  }
  return choices;
}

void Execution::judge_rest() {
  auto& oracle = world_.oracle_to_judge();
  const auto& broker = *world_.parts().broker;
  for (const auto& queue : world_.scenario().queues) {
    for (const auto& dead : broker.messages(dead_letter_queue_of(queue.name))) {
      oracle.dead_lettered(*dead.message, queue.name);
    }
  }
  for (const auto& process : world_.processes()) {
    if (process.running() && !process.spec.queue.empty()) {
      oracle.stuck(process.spec.name, name_of(process.state.pending.kind));
    }
  }
  std::vector<std::string> leftovers;
  for (const auto& lease : broker.outstanding_leases()) {
    leftovers.push_back(fmt::format("a lease of {} in {}", lease.message->id.value, lease.queue));
  }
  oracle.quiescent(leftovers);
}

// Returns whether it came to rest, or broke an invariant, in time.
bool Execution::run_fairly(std::uint32_t steps_max) {
  const auto processes_count = static_cast<std::uint32_t>(world_.processes().size());
  std::uint32_t turn = 0;
  for (std::uint32_t i = 0; i < steps_max; ++i) {
    choices({}, true);
    if (choices_.empty() || broken()) return true;
    // The choices begin with whoever acted last, so the next in turn is looked for among all.
    const auto distance = [&](const Choice& choice) {
      return (choice.process + processes_count - turn) % processes_count;
    };
    const auto chosen = *std::min_element(
        choices_.begin(), choices_.end(),
        [&](const Choice& one, const Choice& other) { return distance(one) < distance(other); });
    turn = (chosen.process + 1) % processes_count;
    take(chosen);
  }
  return choices({}, true).empty();
}

ExecutionEnd Execution::finish(std::uint32_t steps_max) {
  if (broken()) return ExecutionEnd::broken;
  const auto fair_steps = fair_steps_of(steps_max);
  const bool rested = run_fairly(fair_steps);
  if (broken()) return ExecutionEnd::broken;
  if (!rested) {
    world_.oracle_to_judge().livelock(fair_steps);
    return ExecutionEnd::livelock;
  }
  judge_rest();
  return ExecutionEnd::at_rest;
}

}  // namespace workshop::explore
