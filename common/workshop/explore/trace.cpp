#include "workshop/explore/trace.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/words.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

constexpr Budget kEverything{7, 7};

bool is_fault(Decision decision) {
  return decision != Decision::proceed && decision != Decision::advance_time;
}

// Whether it changed what is there: nothing is broken at rest by who acknowledges or looks.
bool changes_something(const TraceStep& step) {
  switch (step.kind) {
    case OperationKind::save:
    case OperationKind::batch:
    case OperationKind::erase:
    case OperationKind::publish:
    case OperationKind::send:
      return step.facts.error.empty();
    default:
      return false;
  }
}

// The step at which an invariant broke; at rest, the last fault, for without it nothing had broken;
// without faults, the last change.
void mark_deciding(Trace& trace, bool broke_at_rest) {
  if (!trace.violation || trace.steps.empty()) return;
  auto deciding = trace.steps.rbegin();
  if (broke_at_rest) {
    const auto fault = std::find_if(trace.steps.rbegin(), trace.steps.rend(),
                                    [](const TraceStep& step) { return is_fault(step.decision); });
    const auto change = std::find_if(trace.steps.rbegin(), trace.steps.rend(), changes_something);
    if (fault != trace.steps.rend()) {
      deciding = fault;
    } else if (change != trace.steps.rend()) {
      deciding = change;
    }
  }
  deciding->deciding = true;
}

// "save Order order-1", "publish PaymentBooked m1.2": an operation by what it is about, without
// values.
std::string in_short(const Step& step) {
  const std::string kind(name_of(step.kind));
  std::string about;
  if (step.facts) {
    for (const auto& document : step.facts->documents) {
      about += (about.empty() ? " " : ", ") + document.key;
    }
    for (const auto& message : step.facts->messages) {
      if (step.kind == OperationKind::receive)
        continue;  // which one it would get, nobody knows yet
      about += (about.empty() ? " " : ", ") + message.type + " " + message.id;
    }
  }
  if (!about.empty() || !step.facts || !step.facts->http) return kind + about;
  auto text = step.text;  // "POST payments/charges within 100 ms", "respond → 200"
  constexpr std::string_view kArrow = " → ";
  if (const auto at = text.find(kArrow); at != std::string::npos)
    text.replace(at, kArrow.size(), " ");
  return text;
}

// Of a message's body, in a story.
constexpr std::size_t kPayloadColumns = 44;

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
void tell_payloads(Trace& trace) {
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
    payload = " " + cut_middle(payload, kPayloadColumns, false);
    if (other != nullptr && !step.differs) payload += ", made by " + message.attempt;
    step.text.insert(step.text.size() - step.told_bytes, payload);
  }
}

// A world that tells what it does.
class Narrator {
 public:
  Narrator(const Scenario& scenario, std::size_t messages_count, BeforeStep before_step = {})
      : scenario_(&scenario), messages_count_(messages_count), world_(scenario, messages_count) {
    world_.narrate(std::move(before_step));
    trace_.start = std::make_shared<const WorldState>(world_.observe());
    for (const auto& process : scenario.processes) trace_.processes.push_back(process.name);
  }

  World& world() noexcept { return world_; }
  bool broken() const { return world_.oracle().violation().has_value(); }

  void take(const Choice& choice) {
    const auto missed =
        choice.decision == Decision::crash ? what_comes_next(choice.process) : std::string();
    world_.take(choice);
    taken_.push_back(choice);
    tell(world_.depth() - 1);
    if (!missed.empty()) trace_.steps.back().text = "CRASH before " + missed;
  }

  Trace finish(const std::string& tag) {
    bool at_rest = false;
    const auto chosen = world_.depth();
    if (!broken()) {
      const auto from = world_.depth();
      const auto fair_steps = fair_steps_of(scenario_->bounds.steps_max);
      const bool rested = world_.run_fairly(fair_steps);
      for (auto i = from; i < world_.depth(); ++i) tell(i);
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
      trace_.went_on =
          fmt::format("the schedule ends after step {}; the rest ran without faults", chosen);
    }
    mark_deciding(trace_, at_rest);
    tell_payloads(trace_);
    return std::move(trace_);
  }

  Trace so_far() { return std::move(trace_); }

  void leave(std::size_t at, std::string why) {
    trace_.left_at = at;
    trace_.left_schedule = std::move(why);
  }

 private:
  void tell(std::size_t position) {
    const auto& step = world_.step(position);
    TraceStep told;
    told.process = step.process;
    told.kind = step.kind;
    told.decision = step.decision;
    told.text = step.text + step.told;
    told.told_bytes = step.told.size();
    told.after = step.after;
    if (step.facts) told.facts = *step.facts;
    told.attempt = step.label.empty() ? told.facts.attempt : step.label;
    trace_.steps.push_back(std::move(told));
  }

  // What a process would do if it did not die now: another world finds out, for this one must not
  // know of versions and ids that never came to be. "": it waits, and nobody knows.
  std::string what_comes_next(std::uint32_t process) const {
    World other(*scenario_, messages_count_);
    other.narrate();
    for (const auto& choice : taken_) other.take(choice);
    std::vector<Choice> choices;
    other.choices(kEverything, true, choices);
    const auto next = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
      return choice.process == process && choice.decision == Decision::proceed;
    });
    if (next == choices.end()) return {};
    other.take(*next);
    return in_short(other.step(other.depth() - 1));
  }

  const Scenario* scenario_;
  std::size_t messages_count_;
  World world_;
  std::vector<Choice> taken_;
  Trace trace_;
};

using Choices = std::vector<Choice>;

Choices::const_iterator find_choice(const Choices& choices, const ScheduledStep& wanted,
                                    std::uint32_t process) {
  return std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return choice.decision == wanted.decision &&
           (wanted.decision == Decision::advance_time ||
            (choice.process == process && choice.kind == wanted.kind &&
             choice.index == wanted.index));
  });
}

bool begins_round(OperationKind kind) {
  return kind == OperationKind::receive || kind == OperationKind::accept;
}

bool ends_round(OperationKind kind) {
  return kind == OperationKind::acknowledge || kind == OperationKind::abandon ||
         kind == OperationKind::respond;
}

// Follows a schedule that another handler has left behind.
class LooseFollower {
 public:
  LooseFollower(const Scenario& scenario, const Schedule& schedule, Narrator& narrator)
      : scenario_(&scenario), schedule_(&schedule), narrator_(&narrator) {
    for (std::uint32_t i = 0; i < scenario.processes.size(); ++i) stands_for_.push_back(i);
  }

  // How many steps of the schedule happened as they stand there.
  std::size_t follow() {
    std::size_t matched = 0;
    for (at_ = 0; at_ < schedule_->steps.size() && !narrator_->broken(); ++at_) {
      if (happened()) ++matched;
    }
    return matched;
  }

 private:
  static constexpr int kOtherStepsMax = 16;  // of one process, before a step of the schedule

  bool happened() {
    const auto& wanted = schedule_->steps[at_];
    for (int others = 0; others <= kOtherStepsMax && !narrator_->broken(); ++others) {
      narrator_->world().choices(kEverything, true, choices_);
      if (const auto found = find(wanted); found != choices_.end()) {
        narrator_->take(*found);
        return true;
      }
      const auto other = instead_of(wanted);
      if (!other) return false;
      narrator_->take(*other);
      if (other->decision != Decision::proceed) return true;  // the fault, at another operation
    }
    return false;
  }

  // Idle processes of one group are interchangeable: another one may begin the round.
  Choices::const_iterator find(const ScheduledStep& wanted) {
    const auto named = static_cast<std::size_t>(wanted.process - 'A');
    if (wanted.decision != Decision::advance_time && named >= stands_for_.size())
      return choices_.end();
    auto found = find_choice(choices_, wanted,
                             wanted.decision == Decision::advance_time ? 0 : stands_for_[named]);
    if (found != choices_.end() || !begins_round(wanted.kind)) return found;
    for (std::size_t i = 0; i < stands_for_.size() && found == choices_.end(); ++i) {
      if (scenario_->processes[i].group != scenario_->processes[named].group) continue;
      found = find_choice(choices_, wanted, stands_for_[i]);
      if (found != choices_.end()) std::swap(stands_for_[i], stands_for_[named]);
    }
    return found;
  }

  // What the process does before the wanted step, or nothing when that will not come any more.
  std::optional<Choice> instead_of(const ScheduledStep& wanted) const {
    const auto named = static_cast<std::size_t>(wanted.process - 'A');
    if (wanted.decision == Decision::advance_time || named >= stands_for_.size())
      return std::nullopt;
    if (begins_round(wanted.kind)) return std::nullopt;
    const auto process = stands_for_[named];
    const auto own = std::find_if(choices_.begin(), choices_.end(), [&](const Choice& choice) {
      return choice.process == process && choice.decision == Decision::proceed;
    });
    if (own == choices_.end() || begins_round(own->kind)) return std::nullopt;
    if (wanted.decision == Decision::proceed) {
      if (comes_later(wanted.process, own->kind)) return std::nullopt;
      return *own;
    }
    if (!ends_round(own->kind)) return *own;
    if (wanted.decision != Decision::crash) return std::nullopt;
    auto crash = *own;  // the last moment to die
    crash.decision = Decision::crash;
    return crash;
  }

  // Whether the schedule still has this operation in the same round: then this one is left out.
  bool comes_later(char process, OperationKind kind) const {
    for (auto i = at_ + 1; i < schedule_->steps.size(); ++i) {
      const auto& step = schedule_->steps[i];
      if (step.process != process || step.decision == Decision::advance_time) continue;
      if (begins_round(step.kind)) return false;
      if (step.kind == kind) return true;
    }
    return false;
  }

  const Scenario* scenario_;
  const Schedule* schedule_;
  Narrator* narrator_;
  std::vector<std::uint32_t> stands_for_;
  Choices choices_;
  std::size_t at_ = 0;
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

Trace trace_of(const Scenario& scenario, std::size_t messages_count,
               const std::vector<Choice>& choices, const std::string& tag) {
  Narrator narrator(scenario, messages_count);
  for (const auto& choice : choices) narrator.take(choice);
  return narrator.finish(tag);
}

Trace trace_up_to(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& choices) {
  Narrator narrator(scenario, messages_count);
  for (const auto& choice : choices) narrator.take(choice);
  return narrator.so_far();
}

Trace follow(const Scenario& scenario, const Schedule& schedule, const FollowOptions& options) {
  if (schedule.messages_count > scenario.messages.size()) {
    throw InvalidRequest(fmt::format("{}{} messages, the scenario only {}",
                                     protocol::phrase::kScheduleHas, schedule.messages_count,
                                     scenario.messages.size()));
  }
  Scenario with_all_faults = scenario;
  with_all_faults.bounds.faults = Faults::all();
  Narrator narrator(with_all_faults, schedule.messages_count, options.before_step);
  if (options.loosely) {
    const auto matched = LooseFollower(with_all_faults, schedule, narrator).follow();
    auto trace = narrator.finish(schedule.tag);
    if (matched < schedule.steps.size()) {
      trace.went_on = fmt::format(
          "it follows the schedule where it matches, in {} of {} steps; the rest ran without "
          "faults",
          matched, schedule.steps.size());
    }
    return trace;
  }
  std::vector<Choice> choices;
  for (std::size_t i = 0; i < schedule.steps.size() && !narrator.broken(); ++i) {
    const auto& wanted = schedule.steps[i];
    narrator.world().choices(kEverything, true, choices);
    const auto found =
        find_choice(choices, wanted, static_cast<std::uint32_t>(wanted.process - 'A'));
    if (found == choices.end()) {
      narrator.leave(i + 1,
                     fmt::format("left the schedule at step {} of {}: {} cannot happen there now",
                                 i + 1, schedule.steps.size(), describe(wanted, scenario)));
      break;
    }
    narrator.take(*found);
  }
  auto trace = narrator.finish(schedule.tag);
  trace.schedule_steps = schedule.steps.size();
  return trace;
}

}  // namespace workshop::explore
