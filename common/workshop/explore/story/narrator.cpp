#include "workshop/explore/story/narrator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/no_return.hpp"
#include "workshop/explore/drivers/replay.hpp"
#include "workshop/explore/story/causes.hpp"
#include "workshop/explore/story/observe.hpp"
#include "workshop/explore/world/words.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/schedules.hpp"

namespace workshop::explore {
namespace {

// Whether it changed what is there, or failed to: nothing is broken at rest by who acknowledges or
// looks.
bool is_about_change(const TraceStep& step) {
  switch (step.kind) {
    case OperationKind::save:
    case OperationKind::batch:
    case OperationKind::statement:
    case OperationKind::erase:
    case OperationKind::publish:
    case OperationKind::send:
      return true;
    default:
      return false;
  }
}

// The step at which an invariant broke; at rest, the last fault, for without it nothing had broken;
// without faults, what the last delivery of a dead letter ended with, or else the last change, done
// or failed.
void mark_deciding(Trace& trace, bool broke_at_rest) {
  if (!trace.violation || trace.steps.empty()) return;
  auto deciding = trace.steps.end() - 1;
  if (broke_at_rest) {
    const auto last = [&](const auto& holds) {
      const auto found = std::find_if(trace.steps.rbegin(), trace.steps.rend(), holds);
      return found == trace.steps.rend() ? trace.steps.end() : found.base() - 1;
    };
    const auto fault = last([](const TraceStep& step) { return is_fault(step.decision); });
    const auto change = last(is_about_change);
    if (fault != trace.steps.end()) {
      deciding = fault;
    } else if (const auto failed = last_failure_of_dead_letter(trace)) {
      deciding = trace.steps.begin() + static_cast<std::ptrdiff_t>(*failed);
    } else if (change != trace.steps.end()) {
      deciding = change;
    }
  }
  deciding->deciding = true;
}

// A schedule of more characters is hard to copy.
constexpr std::size_t kScheduleMax = 120;

// Of a message's body, in a story.
constexpr std::size_t kPayloadColumns = 48;

bool is_sending(const TraceStep& step) {
  return (step.kind == OperationKind::send || step.kind == OperationKind::publish) &&
         step.facts.messages.size() == 1;
}

// A message under the same id that is not the same: by its bytes, or else by the attempt that made
// it.
const MessageFact* differing_from(const Trace& trace, const TraceStep& step) {
  const auto& message = step.facts.messages.front();
  const MessageFact* by_another = nullptr;
  for (const auto& other : trace.steps) {
    if (!is_sending(other)) continue;
    const auto& sent = other.facts.messages.front();
    if (sent.id != message.id || sent.type != message.type) continue;
    if (sent.body != message.body) return &sent;
    if (sent.attempt != message.attempt) by_another = &sent;
  }
  return by_another;
}

// Whether what was sent explains what broke: not when it is only missing or too early.
bool payloads_matter(const Trace& trace) {
  if (!trace.violation) return false;
  const auto& name = trace.violation->name;
  return name == failure::kInconsistentOutput || name == failure::kDuplicateEffect ||
         name == failure::kLostEffect;
}

// Adds to what was sent its contents, where they matter: of long ones under one id what differs.
void add_payloads(Trace& trace) {
  const bool all = payloads_matter(trace);
  for (auto& step : trace.steps) {
    if (!is_sending(step)) continue;
    const auto& message = step.facts.messages.front();
    const auto* other = differing_from(trace, step);
    step.differs = other != nullptr && other->body != message.body;
    if (!all && !step.differs) continue;
    auto payload = Words::of_json(message.body);
    if (step.differs && columns_of(payload) > kPayloadColumns) {
      payload = Words::of_difference(message.body, other->body);
    }
    step.what += " " + cut_middle(payload, kPayloadColumns, false);
    if (other != nullptr && !step.differs) step.what += ", made by " + message.attempt;
  }
}

// What a debugger shows before a step.
std::string announcement_of(const Choice& choice, const World& world) {
  if (choice.decision == Decision::advance_time) return "time passes";
  const auto* fault = fault_kind_of(choice.decision);
  const auto announced = fault == nullptr           ? std::string()
                         : fault->announced.empty() ? std::string(fault->name) + ": "
                                                    : std::string(fault->announced);
  return fmt::format("{}{} of {}", announced, name_of(choice.kind),
                     world.processes()[choice.process].spec.name);
}

// How to find where what fails is lost. Of a livelock nothing is certain: it is an execution that
// has no end.
std::function<NoReturn()> search_of_no_return(const Trace& trace, const Scenario& scenario,
                                              const Execution& execution) {
  if (!trace.violation) return {};
  if (trace.goes_on) return [] { return NoReturn{}; };
  return [scenario, count = execution.world().messages_count(), failing = execution.taken()] {
    const auto found = point_of_no_return(scenario, count, failing);
    return NoReturn{found.has_value(), found.value_or(0)};
  };
}

Faults tried_by(const Scenario& scenario) {
  return scenario.bounds.faults_max == 0 ? Faults() : scenario.bounds.faults;
}

// An execution that is in words.
class Narrator final : public StepListener {
 public:
  // `tried` are the faults that the test tries.
  Narrator(const Scenario& scenario, std::size_t messages_count, Faults tried,
           BeforeStep before_step = {})
      : execution_(scenario, messages_count), tried_(tried), before_step_(std::move(before_step)) {
    execution_.narrate(this);
    trace_.start = std::make_shared<const WorldState>(observe(execution_.world()));
    for (const auto& process : scenario.processes) trace_.processes.push_back(process.name);
  }

  Execution& execution() noexcept { return execution_; }

  // Runs nothing but the steps that are taken: a crash is told without what it came before.
  void look_not_ahead() noexcept { looks_ahead_ = false; }

  void before_step(const World& world, const Choice& choice) override {
    if (before_step_) before_step_(world.depth() + 1, announcement_of(choice, world));
    others_.push_back(others_than(choice));
    const bool dies = choice.decision == Decision::crash;
    missed_ = dies && looks_ahead_ ? what_comes_next(choice.process) : std::string();
  }

  void after_step(const World& world, Step& step) override {
    if (!missed_.empty()) {
      step.words->what.assign(fault_kind_of(step.choice.decision)->instead).append(missed_);
    }
    if (world.depth() <= kObservedStepsMax) {
      step.words->after = std::make_shared<const WorldState>(observe(world));
    }
  }

  // The rest of the execution without faults, and then all of it. `scenario` has the test's bounds.
  Trace finish(const Scenario& scenario, const std::string& tag) {
    const auto chosen = execution_.depth();
    const auto end = execution_.finish();
    put_into_words();
    trace_.violation = execution_.violation();
    // A livelock goes on for ever: its schedule is what led there, and the rest follows by itself.
    const bool livelock = trace_.violation && trace_.violation->name == failure::kLivelock;
    trace_.schedule = livelock ? schedule_of(tag, chosen) : schedule_of(tag);
    if (chosen > 0 && chosen < execution_.depth()) {
      trace_.went_on =
          fmt::format("the schedule ends after step {}; the rest ran without faults", chosen);
    }
    trace_.goes_on = end == ExecutionEnd::livelock;
    mark_deciding(trace_, end == ExecutionEnd::at_rest);
    add_payloads(trace_);
    trace_.find_no_return = search_of_no_return(trace_, scenario, execution_);
    return std::move(trace_);
  }

  Trace so_far() {
    put_into_words();
    return std::move(trace_);
  }

  // The same, judged where it is at rest or broken.
  Trace so_far_judged(const Scenario& scenario, const std::string& tag) {
    const bool at_rest = !execution_.broken() && execution_.choices(kUnlimitedBudget).empty();
    if (at_rest) execution_.judge_rest();
    put_into_words();
    trace_.violation = execution_.violation();
    trace_.schedule = schedule_of(tag, execution_.depth());
    mark_deciding(trace_, at_rest);
    add_payloads(trace_);
    trace_.find_no_return = search_of_no_return(trace_, scenario, execution_);
    return std::move(trace_);
  }

  std::string schedule_of(const std::string& tag, std::size_t steps_count) const {
    auto schedule = Schedule::of(execution_.world(), tag);
    schedule.steps.resize(steps_count);
    return schedule.to_string();
  }

 private:
  // Of the whole execution. After the bound everyone has their turn, and will have it again: a long
  // schedule ends there.
  std::string schedule_of(const std::string& tag) const {
    const auto depth = execution_.depth();
    auto whole = schedule_of(tag, depth);
    const auto& world = execution_.world();
    const std::size_t bound = world.scenario().bounds.steps_max;
    if (whole.size() <= protocol::kScheduleMax || depth <= bound) return whole;
    Execution other(world.scenario(), world.messages_count());
    other.take_all(execution_.taken(bound));
    other.finish();
    return Schedule::of(other.world(), tag) == Schedule::of(world, tag) ? schedule_of(tag, bound)
                                                                        : whole;
  }

  void put_into_words() {
    const auto& world = execution_.world();
    std::vector<std::uint32_t> starts(world.processes().size(), 1);  // of each process, told so far
    std::vector<bool> let_out(world.processes().size(), false);      // an error, at its last step
    for (std::size_t i = 0; i < world.depth(); ++i) {
      const auto& step = world.step(i);
      TraceStep in_words;
      in_words.process = step.choice.process;
      in_words.kind = step.choice.kind;
      in_words.decision = step.choice.decision;
      in_words.what = step.words->what;
      in_words.outcome = step.words->outcome;
      in_words.source = step.words->source;
      in_words.others = others_[i];
      in_words.facts = step.words->facts;
      in_words.after = step.words->after;
      in_words.attempt = step.attempt.label.empty() ? in_words.facts.attempt : step.attempt;
      if (begins_again(in_words, starts)) {
        in_words.what.insert(0, "restarted: ");
      } else if (step.choice.process < let_out.size() && let_out[step.choice.process]) {
        in_words.what.insert(0, "called again: ");
      }
      if (step.choice.process < let_out.size()) let_out[step.choice.process] = step.words->let_out;
      trace_.steps.push_back(std::move(in_words));
    }
  }

  // Whether it is the first step of a process that was started again after a crash: of one that
  // handles messages, that its message comes again says so.
  static bool begins_again(const TraceStep& step, std::vector<std::uint32_t>& starts) {
    const auto& attempt = step.attempt;
    if (step.decision == Decision::advance_time || step.process >= starts.size()) return false;
    if (!attempt.message.empty() || attempt.number <= starts[step.process]) return false;
    starts[step.process] = attempt.number;
    return true;
  }

  std::vector<std::string> others_than(const Choice& choice) {
    std::vector<std::string> others;
    if (others_.size() >= kObservedStepsMax) return others;
    for (const auto& other : execution_.choices(kUnlimitedBudget)) {
      const auto* fault = fault_kind_of(other.decision);
      if (other.same_as(choice) || (fault != nullptr && !tried_.contains(fault->fault))) continue;
      others.push_back(announcement_of(other, execution_.world()));
    }
    return others;
  }

  // What a process would do if it did not die now: another world finds out, for this one must not
  // know of versions and ids that never came to be. "": it waits, and nobody knows.
  std::string what_comes_next(std::uint32_t process) const {
    const auto& world = execution_.world();
    Execution other(world.scenario(), world.messages_count());
    other.narrate();
    other.take_all(execution_.taken());
    const auto& choices = other.choices(kUnlimitedBudget);
    const auto next = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
      return choice.process == process && choice.decision == Decision::proceed;
    });
    if (next == choices.end()) return {};
    other.take(Choice(*next));
    return in_short(other.world().last_step());
  }

  Execution execution_;
  Faults tried_;
  BeforeStep before_step_;
  std::vector<std::vector<std::string>> others_;  // by step
  bool looks_ahead_ = true;
  std::string missed_;  // what the process that is about to die would do next
  Trace trace_;
};

std::string describe(const ScheduledStep& step, const Scenario& scenario) {
  if (step.decision == Decision::advance_time) return "that time passes";
  const auto index = static_cast<std::size_t>(step.process - 'A');
  const auto name = index < scenario.processes.size()
                        ? scenario.processes[index].name
                        : fmt::format("{} (no such process)", step.process);
  const auto mark = step.decision == Decision::proceed
                        ? std::string()
                        : fmt::format("'{}' at ", static_cast<char>(step.decision));
  return fmt::format("{}{} of {}", mark, name_of(step.kind), name);
}

}  // namespace

std::string in_short(const Step& step) {
  const auto kind = step.choice.kind;
  const auto& words = *step.words;
  std::string about;
  for (const auto& document : words.facts.documents) {
    about += (about.empty() ? " " : ", ") + Words::of(document.key);
  }
  for (const auto& message : words.facts.messages) {
    if (kind == OperationKind::receive) continue;  // which one it would get, nobody knows yet
    about += (about.empty() ? " " : ", ") + message.type + " " + message.id;
  }
  if (!about.empty() || !words.facts.http) return std::string(name_of(kind)) + about;
  if (kind != OperationKind::respond) return words.what;  // "POST payments/charges within 100 ms"
  const auto& response = *words.facts.http;
  return fmt::format("respond {}{}{}", response.status, response.body.empty() ? "" : " ",
                     Words::of_json(response.body));
}

Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag) {
  Narrator narrator(scenario, messages_count, tried_by(scenario));
  narrator.execution().take_all(choices);
  return narrator.finish(scenario, tag);
}

std::optional<Trace> trace_of_too_long(const Scenario& scenario, std::size_t messages_count,
                                       const std::vector<Choice>& choices, const std::string& tag) {
  Narrator narrator(scenario, messages_count, tried_by(scenario));
  narrator.execution().take_all(choices);
  auto trace = narrator.finish(scenario, tag);
  if (trace.violation) return std::nullopt;
  trace.not_at_rest_after = choices.size();
  trace.schedule = narrator.schedule_of(tag, choices.size());
  return trace;
}

Trace trace_up_to(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& choices) {
  Narrator narrator(scenario, messages_count, tried_by(scenario));
  narrator.look_not_ahead();
  narrator.execution().take_all(choices);
  return narrator.so_far();
}

Trace trace_so_far(const Scenario& scenario, std::size_t messages_count,
                   const std::vector<Choice>& choices, const std::string& tag) {
  Narrator narrator(scenario, messages_count, tried_by(scenario));
  narrator.execution().take_all(choices);
  return narrator.so_far_judged(scenario, tag);
}

Trace follow(const Scenario& scenario, const Schedule& schedule, const FollowOptions& options) {
  if (schedule.messages_count > scenario.messages.size()) {
    throw InvalidRequest(fmt::format("{}{} messages, the scenario only {}",
                                     protocol::phrase::kScheduleHas, schedule.messages_count,
                                     scenario.messages.size()));
  }
  Scenario with_all_faults = scenario;
  with_all_faults.bounds.faults = Faults::all();
  Narrator narrator(with_all_faults, schedule.messages_count, tried_by(scenario),
                    options.before_step);
  const auto steps_count = schedule.steps.size();
  if (options.loosely) {
    const auto matched = follow_loosely(narrator.execution(), schedule).matched;
    auto trace = narrator.finish(scenario, schedule.tag);
    if (matched < steps_count) {
      trace.went_on = fmt::format(
          "it follows the schedule where it matches, in {} of {} steps; the rest ran without "
          "faults",
          matched, steps_count);
    }
    return trace;
  }
  const auto followed = follow_strictly(narrator.execution(), schedule);
  auto trace = narrator.finish(scenario, schedule.tag);
  trace.schedule_steps = steps_count;
  trace.left_at = followed.left_at;
  if (followed.left_at > 0) {
    trace.left_schedule = fmt::format(
        "left the schedule at step {} of {}: {} cannot happen there now", followed.left_at,
        steps_count, describe(schedule.steps[followed.left_at - 1], scenario));
  }
  return trace;
}

}  // namespace workshop::explore
