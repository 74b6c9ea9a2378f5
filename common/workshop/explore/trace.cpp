#include "workshop/explore/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace workshop::explore {
namespace {

constexpr Budget kEverything{7, 7};

bool is_fault(Decision decision) {
  return decision != Decision::proceed && decision != Decision::advance_time;
}

// The step at which an invariant broke; at rest, the last fault, for without it nothing had broken.
void mark_deciding(Trace& trace, bool broke_at_rest) {
  if (!trace.violation || trace.steps.empty()) return;
  auto deciding = trace.steps.rbegin();
  if (broke_at_rest) {
    const auto fault = std::find_if(trace.steps.rbegin(), trace.steps.rend(),
                                    [](const TraceStep& step) { return is_fault(step.decision); });
    if (fault != trace.steps.rend()) deciding = fault;
  }
  deciding->deciding = true;
}

// A world that tells what it does.
class Narrator {
 public:
  Narrator(const Scenario& scenario, std::size_t messages_count)
      : scenario_(&scenario), messages_count_(messages_count), world_(scenario, messages_count) {
    world_.narrate();
    for (const auto& process : scenario.processes) trace_.processes.push_back(process.name);
  }

  World& world() noexcept { return world_; }
  bool broken() const { return world_.oracle().violation().has_value(); }

  void take(const Choice& choice) {
    const auto before = world_.processes()[choice.process]->label();
    world_.take(choice);
    tell(before);
  }

  Trace finish(const std::string& tag) {
    bool at_rest = false;
    const auto chosen = world_.depth();
    if (!broken()) {
      const auto from = world_.depth();
      const auto fair_steps = fair_steps_of(scenario_->bounds.steps_max);
      const bool rested = world_.run_fairly(fair_steps);
      for (auto i = from; i < world_.depth(); ++i) tell_step(i, "");
      if (!rested) world_.judge_livelock(fair_steps);
      if (!broken()) {
        world_.judge_rest();
        at_rest = true;
      }
    }
    trace_.violation = world_.oracle().violation();
    // A livelock goes on for ever: its schedule is what led there, and the rest follows by itself.
    const bool livelock = trace_.violation && trace_.violation->name == failure::kLivelock;
    auto schedule = Schedule::of(world_, tag, messages_count_);
    if (livelock) schedule.steps.resize(chosen);
    trace_.schedule = schedule.to_string();
    if (chosen > 0 && chosen < world_.depth()) {
      trace_.went_on = fmt::format("the schedule ends after step {}; the rest ran without faults", chosen);
    }
    mark_deciding(trace_, at_rest);
    return std::move(trace_);
  }

  void leave(std::string why) { trace_.left_schedule = std::move(why); }

 private:
  void tell(const std::string& attempt) { tell_step(world_.depth() - 1, attempt); }
  void tell_step(std::size_t position, const std::string& attempt) {
    const auto& step = world_.step(position);
    trace_.steps.push_back({step.process, step.kind, step.decision,
                            step.label.empty() ? attempt : step.label, step.text + step.told,
                            step.told.size(), false});
  }

  const Scenario* scenario_;
  std::size_t messages_count_;
  World world_;
  Trace trace_;
};

std::string describe(const ScheduledStep& step, const Scenario& scenario) {
  if (step.decision == Decision::advance_time) return "that time passes";
  const auto index = static_cast<std::size_t>(step.process - 'A');
  const auto name = index < scenario.processes.size() ? scenario.processes[index].name
                                                      : std::string(1, step.process);
  const auto mark = step.decision == Decision::proceed
                        ? std::string()
                        : fmt::format("'{}' at ", static_cast<char>(step.decision));
  return fmt::format("{}{} of {}", mark, name_of(step.kind), name);
}

}  // namespace

Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag) {
  Narrator narrator(scenario, messages_count);
  for (const auto& choice : choices) narrator.take(choice);
  return narrator.finish(tag);
}

Trace follow(const Scenario& scenario, const Schedule& schedule) {
  if (schedule.messages_count > scenario.messages.size()) {
    throw InvalidRequest(fmt::format("the schedule has {} messages, the scenario only {}",
                                     schedule.messages_count, scenario.messages.size()));
  }
  Scenario with_all_faults = scenario;
  with_all_faults.bounds.faults = Faults::all();
  Narrator narrator(with_all_faults, schedule.messages_count);
  std::vector<Choice> choices;
  for (std::size_t i = 0; i < schedule.steps.size() && !narrator.broken(); ++i) {
    const auto& wanted = schedule.steps[i];
    narrator.world().choices(kEverything, true, choices);
    const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
      return choice.decision == wanted.decision &&
             (wanted.decision == Decision::advance_time ||
              (choice.process == static_cast<std::uint32_t>(wanted.process - 'A') &&
               choice.kind == wanted.kind && choice.index == wanted.index));
    });
    if (found == choices.end()) {
      narrator.leave(fmt::format("left the schedule at step {} of {}: {} cannot happen there now",
                                 i + 1, schedule.steps.size(), describe(wanted, scenario)));
      break;
    }
    narrator.take(*found);
  }
  return narrator.finish(schedule.tag);
}

}  // namespace workshop::explore
