#include "workshop/explore/play/play_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "workshop/core/todo.hpp"
#include "workshop/explore/drivers/replay.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/story/narrator.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

std::string todo_at(const Todo& todo) {
  return fmt::format("the TODO of step {}: {}", todo.step(), todo.what());
}

// By process, and of each first that it goes on; the clock last.
bool comes_before(const Choice& one, const Choice& other) {
  const auto place = [](const Choice& choice) {
    const bool clock = choice.decision == Decision::advance_time;
    return std::tuple(clock, clock ? 0 : choice.process, is_fault(choice.decision));
  };
  return place(one) < place(other);
}

// A number for each process that goes on, so that it stays the same; a letter for each fault.
void give_keys(std::vector<PlayChoice>& choices) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::size_t letters = 0;
  for (auto& each : choices) {
    const auto number = each.choice.process + 1;
    if (each.choice.decision == Decision::advance_time) {
      each.key = "0";
    } else if (each.choice.decision == Decision::proceed && number <= 9) {
      each.key = std::to_string(number);
    } else if (letters < kLetters.size()) {
      each.key = kLetters[letters++];
    }
  }
}

bool tells_its_message(const Choice& choice) {
  return choice.kind == OperationKind::receive || choice.kind == OperationKind::accept ||
         choice.kind == OperationKind::reply;
}

}  // namespace

PlaySession::PlaySession(const Scenario& scenario, std::size_t messages_count, std::string tag)
    : scenario_(&scenario), tag_(std::move(tag)), messages_count_(messages_count) {
  start(messages_count);
}

void PlaySession::start(std::size_t messages_count) {
  messages_count_ = messages_count;
  execution_.emplace(*scenario_, messages_count);
  execution_->narrate();
  look();
}

// What a step would be called: takes it, and takes it back.
std::string PlaySession::peek(const Choice& choice) {
  const auto before = depth();
  std::string words;
  try {
    execution_->take(choice);
    const auto& step = execution_->world().last_step();
    words = tells_its_message(choice) ? step.words->what + step.words->outcome : in_short(step);
  } catch (const Todo& todo) {
    words = fmt::format("{}, then {}", name_of(choice.kind), todo_at(todo));
  }
  execution_->return_to(before);
  return words;
}

// `operation` is what the process does if nothing goes wrong.
std::string PlaySession::words_of(const Choice& choice, const std::string& operation) {
  const auto* fault = fault_kind_of(choice.decision);
  if (choice.decision == Decision::advance_time) return "time passes";
  if (fault == nullptr) return operation;
  if (fault->announced.empty()) return peek(choice);
  const bool is_long = goes_on(choice.decision) && choice.index > fault->first_index;
  return fmt::format("{}{}{}", fault->announced, operation,
                     is_long ? fmt::format(", until delivery {}", choice.index) : std::string());
}

// The execution has come to a new state.
void PlaySession::look() {
  choices_.clear();
  at_rest_ = false;
  if (execution_->broken()) return;
  auto possible = execution_->choices(kUnlimitedBudget, false);
  if (possible.empty()) {
    at_rest_ = true;
    execution_->judge_rest();
    return;
  }
  if (too_long()) return;
  std::stable_sort(possible.begin(), possible.end(), comes_before);
  std::string operation;
  std::optional<std::uint32_t> process;
  for (const auto& choice : possible) {
    const bool clock = choice.decision == Decision::advance_time;
    if (!clock && process != choice.process) {
      process = choice.process;
      operation =
          choice.decision == Decision::proceed ? peek(choice) : std::string(name_of(choice.kind));
    }
    choices_.push_back({choice,
                        clock ? std::string() : scenario_->processes[choice.process].name,
                        words_of(choice, operation),
                        {}});
  }
  give_keys(choices_);
}

void PlaySession::take(std::size_t number) {
  if (number >= choices_.size()) {
    throw InvalidRequest(choices_.empty() ? "nothing can happen here; go back"
                                          : fmt::format("there is no choice {}: there are 1 to {}",
                                                        number + 1, choices_.size()));
  }
  const auto choice = choices_[number].choice;
  take(choice);
  if (!undone_.empty() && undone_.back().same_as(choice)) {
    undone_.pop_back();
  } else {
    undone_.clear();
  }
}

void PlaySession::take(const Choice& choice) {
  const auto before = depth();
  try {
    execution_->take(choice);
  } catch (const Todo& todo) {
    execution_->return_to(before);
    throw InvalidRequest("the handler comes to " + todo_at(todo));
  }
  look();
}

void PlaySession::back(std::size_t steps_count) {
  const auto kept = depth() - std::min(depth(), steps_count);
  if (kept == depth()) return;
  const auto taken = execution_->taken();
  undone_.insert(undone_.end(), taken.rbegin(), taken.rend() - static_cast<std::ptrdiff_t>(kept));
  execution_->return_to(kept);
  look();
}

void PlaySession::forth(std::size_t steps_count) {
  for (; steps_count > 0 && !undone_.empty(); --steps_count) {
    take(Choice(undone_.back()));
    undone_.pop_back();
  }
}

void PlaySession::finish() {
  const auto before = depth();
  try {
    while (!execution_->broken() && !too_long()) {
      const auto& possible = execution_->choices({0, kUnlimitedBudget.preemptions}, false);
      if (possible.empty()) break;
      execution_->take(Choice(possible.front()));
    }
  } catch (const Todo& todo) {
    execution_->return_to(before);
    look();
    throw InvalidRequest("the handler comes to " + todo_at(todo));
  }
  if (depth() > before) undone_.clear();
  look();
}

void PlaySession::go_to(std::string_view text) {
  const auto schedule = Schedule::parse(text);
  if (schedule.tag != tag_) {
    throw InvalidRequest(fmt::format(
        "the schedule is of another exploration: it begins with {}, those of this one with {}",
        schedule.tag, tag_));
  }
  if (schedule.messages_count > scenario_->messages.size()) {
    throw InvalidRequest(fmt::format("{}{} messages, the scenario only {}",
                                     protocol::phrase::kScheduleHas, schedule.messages_count,
                                     scenario_->messages.size()));
  }
  // Another execution follows it, so that this one stays where it is if that fails.
  std::vector<Choice> steps;
  try {
    Execution other(*scenario_, schedule.messages_count);
    const auto followed = follow_strictly(other, schedule);
    if (followed.matched < schedule.steps.size()) {
      throw InvalidRequest(fmt::format("the schedule cannot be followed beyond step {} of {}",
                                       followed.matched, schedule.steps.size()));
    }
    steps = other.taken();
  } catch (const Todo& todo) {
    throw InvalidRequest("on this schedule the handler comes to " + todo_at(todo));
  }
  if (schedule.messages_count != messages_count_) start(schedule.messages_count);
  undone_.clear();
  execution_->return_to(0);
  for (const auto& step : steps) {
    if (!execution_->take_if_possible(step, false)) execution_->take(step);
  }
  look();
}

PlayCost PlaySession::cost() const {
  PlayCost cost;
  cost.steps = depth();
  for (const auto& choice : execution_->taken()) {
    cost.faults += choice.faults;
    cost.preemptions += choice.preemptions;
  }
  return cost;
}

bool PlaySession::within_bounds() const {
  const auto spent = cost();
  const auto& bounds = scenario_->bounds;
  return spent.faults <= bounds.faults_max && spent.preemptions <= bounds.preemptions_max;
}

std::string PlaySession::schedule() const {
  return Schedule::of(execution_->world(), tag_).to_string();
}

Trace PlaySession::trace() const {
  return trace_so_far(*scenario_, messages_count_, execution_->taken(), tag_);
}

}  // namespace workshop::explore
