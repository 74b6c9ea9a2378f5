#include "workshop/explore/drivers/shorten.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "workshop/explore/drivers/deepening.hpp"
#include "workshop/explore/drivers/schedule.hpp"

namespace workshop::explore {
namespace {

using Choices = std::vector<Choice>;

// An execution as it ran, and what it costs.
struct Ran {
  Choices choices;
  std::string violation;  // "": it broke nothing
  std::uint32_t faults = 0;
  std::uint32_t preemptions = 0;

  auto measure() const { return std::tuple(faults + preemptions, choices.size()); }
};

class DeltaDebugger {
 public:
  DeltaDebugger(Execution& execution, const ShortenOptions& options)
      : execution_(&execution), options_(&options) {}

  // What of `wanted` still matches, then to the end with nothing going wrong.
  Ran run(const Choices& wanted) {
    ++replays_count_;
    execution_->return_to(0);
    Ran ran;
    for (const auto& choice : wanted) {
      if (!goes_on()) break;
      if (const auto taken = execution_->take_if_possible(choice, false)) count(ran, *taken);
    }
    finish(ran);
    if (const auto& violation = execution_->violation()) ran.violation = violation->name;
    return ran;
  }

  Ran shorten(Ran best) {
    while (replays_count_ < options_->replays_max) {
      const auto before = best.measure();
      drop_faults(best);
      drop_runs(best);
      join_turns(best);
      if (best.measure() == before) break;
    }
    execution_->return_to(0);
    return best;
  }

  std::uint64_t replays_count() const noexcept { return replays_count_; }

 private:
  std::uint32_t steps_max() const { return execution_->world().scenario().bounds.steps_max; }
  bool goes_on() const { return !execution_->broken() && execution_->depth() < steps_max(); }

  static void count(Ran& ran, const Choice& taken) {
    ran.choices.push_back(taken);
    ran.faults += taken.faults;
    ran.preemptions += taken.preemptions;
  }

  // To its rest, with nothing going wrong and nobody interrupted.
  void finish(Ran& ran) {
    while (goes_on()) {
      const auto& now = execution_->choices({0, kUnlimitedBudget.preemptions}, false);
      if (now.empty()) {
        execution_->judge_rest();
        return;
      }
      const auto first = now.front();
      count(ran, first);
      execution_->take(first);
    }
    execution_->finish(steps_max());
  }

  // Whether the candidate breaks the same with less; then it is the best one.
  bool better(Ran& best, const Choices& candidate) {
    if (replays_count_ >= options_->replays_max) return false;
    auto ran = run(candidate);
    if (ran.violation != best.violation || ran.measure() >= best.measure()) return false;
    best = std::move(ran);
    return true;
  }

  void drop_faults(Ran& best) {
    for (auto at = best.choices.size(); at > 0; --at) {
      if (at > best.choices.size() || best.choices[at - 1].faults == 0) continue;
      auto candidate = best.choices;
      candidate[at - 1].decision = Decision::proceed;
      candidate[at - 1].index = 0;
      if (better(best, candidate)) continue;
      candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(at - 1));
      better(best, candidate);
    }
  }

  void drop_runs(Ran& best) {
    for (auto size = std::max<std::size_t>(1, best.choices.size() / 2); size > 0; size /= 2) {
      for (std::size_t from = 0; from < best.choices.size();) {
        auto candidate = best.choices;
        const auto to = std::min(candidate.size(), from + size);
        candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(from),
                        candidate.begin() + static_cast<std::ptrdiff_t>(to));
        if (!better(best, candidate)) from += size;
      }
    }
  }

  // Where a process was interrupted, what it did later comes before the interruption.
  void join_turns(Ran& best) {
    for (std::size_t at = 1; at < best.choices.size(); ++at) {
      if (best.choices[at].preemptions == 0) continue;
      const auto interrupted = best.choices[at - 1].process;
      const auto is_its = [&](const Choice& choice) { return choice.process == interrupted; };
      auto candidate = best.choices;
      const auto interruption = candidate.begin() + static_cast<std::ptrdiff_t>(at);
      const auto from = std::find_if(interruption, candidate.end(), is_its);
      const auto to = std::find_if_not(from, candidate.end(), is_its);
      std::rotate(interruption, from, to);
      better(best, candidate);
    }
  }

  Execution* execution_;
  const ShortenOptions* options_;
  std::uint64_t replays_count_ = 0;
};

// Everything that needs no more than this execution, the smallest first.
Deepened search_within(const Scenario& scenario, const Ran& ran, std::uint64_t executions_max) {
  auto smaller = scenario;
  smaller.bounds.faults = {};
  for (const auto& choice : ran.choices) {
    const auto* kind = fault_kind_of(choice.decision);
    if (kind != nullptr) smaller.bounds.faults.add(kind->fault);
  }
  smaller.bounds.faults_max = std::min(kUnlimitedBudget.faults, ran.faults);
  smaller.bounds.preemptions_max = std::min(kUnlimitedBudget.preemptions, ran.preemptions);
  smaller.bounds.executions_max = executions_max;
  smaller.bounds.time_max = std::chrono::hours(1);  // time must not decide what is found
  smaller.search = {};
  return deepen(smaller);
}

// How many steps the execution has until it breaks something, or has come to its end.
std::size_t steps_of(Execution& execution, const Choices& choices) {
  execution.take_all(choices);
  execution.finish();
  if (execution.broken()) return execution.depth();
  throw NonDeterministic("a failing execution did not fail when it ran again: " +
                         Schedule::of(execution.world(), "0000").to_string());
}

}  // namespace

Shortened shorten(const Scenario& scenario, std::size_t messages_count, const Choices& failing,
                  const ShortenOptions& options) {
  Execution execution(scenario, messages_count);
  const auto steps_before = steps_of(execution, failing);
  const auto broken = execution.violation()->name;
  DeltaDebugger debugger(execution, options);
  auto ran = debugger.run(failing);
  if (ran.violation != broken) {
    return {messages_count, failing, steps_before, ran.faults, ran.preemptions, false, 1};
  }
  ran = debugger.shorten(std::move(ran));

  Shortened shortened{
      messages_count,          ran.choices, steps_before, ran.faults, ran.preemptions, false,
      debugger.replays_count()};
  if (options.executions_max == 0) return shortened;
  auto found = search_within(scenario, ran, options.executions_max);
  if (found.ended != Ended::failure || found.violation->name != ran.violation) return shortened;
  shortened.messages_count = found.messages_count;
  shortened.choices = std::move(found.failing);
  shortened.shortest = found.shortest;
  shortened.faults = found.budget.faults;
  shortened.preemptions = found.budget.preemptions;
  return shortened;
}

std::vector<Choice> lead_to_livelock(const Scenario& scenario, std::size_t messages_count,
                                     const std::vector<Choice>& choices) {
  constexpr std::size_t kTriedMax = 40;  // a fair run takes some ten milliseconds
  std::vector<std::size_t> ends = {0};
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const bool changes_hands = i > 0 && choices[i].process != choices[i - 1].process;
    if (changes_hands) ends.push_back(i);
    if (changes_hands || choices[i].decision != Decision::proceed) ends.push_back(i + 1);
  }
  if (ends.size() > kTriedMax) ends.resize(kTriedMax);
  Execution execution(scenario, messages_count);
  for (const auto end : ends) {
    const Choices lead(choices.begin(), choices.begin() + static_cast<std::ptrdiff_t>(end));
    execution.return_to(0);
    execution.take_all(lead);
    if (!execution.broken() && execution.finish() == ExecutionEnd::livelock) return lead;
  }
  return choices;
}

}  // namespace workshop::explore
