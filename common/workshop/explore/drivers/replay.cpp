#include "workshop/explore/drivers/replay.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace workshop::explore {
namespace {

using Choices = std::vector<Choice>;

// An outage that outlasts deliveries ends at the one that the schedule names, whatever bounds the
// scenario has by now.
bool both_long(const Choice& choice, const ScheduledStep& wanted) {
  return goes_on(wanted.decision) && choice.index > 1 && wanted.index > 1;
}

Choice as_wanted(Choice choice, const ScheduledStep& wanted) {
  if (both_long(choice, wanted)) choice.index = wanted.index;
  return choice;
}

Choices::const_iterator find_choice(const Choices& choices, const ScheduledStep& wanted,
                                    std::uint32_t process) {
  return std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return choice.decision == wanted.decision &&
           (wanted.decision == Decision::advance_time ||
            (choice.process == process && choice.kind == wanted.kind &&
             (choice.index == wanted.index || both_long(choice, wanted))));
  });
}

bool begins_round(OperationKind kind) {
  return kind == OperationKind::receive || kind == OperationKind::accept;
}

bool ends_round(OperationKind kind) {
  return kind == OperationKind::acknowledge || kind == OperationKind::abandon ||
         kind == OperationKind::respond;
}

class LooseFollower {
 public:
  LooseFollower(Execution& execution, const Schedule& schedule)
      : scenario_(&execution.world().scenario()), schedule_(&schedule), execution_(&execution) {
    for (std::uint32_t i = 0; i < scenario_->processes.size(); ++i) stands_for_.push_back(i);
  }

  // How many steps of the schedule happened as they stand there.
  std::size_t follow() {
    std::size_t matched = 0;
    for (at_ = 0; at_ < schedule_->steps.size() && !execution_->broken(); ++at_) {
      if (happened()) ++matched;
    }
    return matched;
  }

 private:
  static constexpr int kOtherStepsMax = 16;  // of one process, before a step of the schedule

  bool happened() {
    const auto& wanted = schedule_->steps[at_];
    for (int others = 0; others <= kOtherStepsMax && !execution_->broken(); ++others) {
      execution_->choices(kUnlimitedBudget, true, choices_);
      if (const auto found = find(wanted); found != choices_.end()) {
        execution_->take(as_wanted(*found, wanted));
        return true;
      }
      const auto other = instead_of(wanted);
      if (!other) return false;
      execution_->take(*other);
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
  Execution* execution_;
  std::vector<std::uint32_t> stands_for_;
  Choices choices_;
  std::size_t at_ = 0;
};

}  // namespace

Followed follow_strictly(Execution& execution, const Schedule& schedule) {
  Followed followed;
  for (const auto& wanted : schedule.steps) {
    if (execution.broken()) break;
    const auto& choices = execution.choices(kUnlimitedBudget);
    const auto found =
        find_choice(choices, wanted, static_cast<std::uint32_t>(wanted.process - 'A'));
    if (found == choices.end()) {
      followed.left_at = followed.matched + 1;
      break;
    }
    execution.take(as_wanted(*found, wanted));
    ++followed.matched;
  }
  return followed;
}

Followed follow_loosely(Execution& execution, const Schedule& schedule) {
  return {LooseFollower(execution, schedule).follow(), 0};
}

}  // namespace workshop::explore
