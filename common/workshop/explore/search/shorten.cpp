#include "workshop/explore/search/shorten.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "workshop/explore/explorer.hpp"

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
  DeltaDebugger(World& world, const ShortenOptions& options) : world_(&world), options_(&options) {}

  Ran run(const Choices& wanted) {
    ++replays_count_;
    world_->return_to(0);
    Ran ran;
    for (const auto& choice : wanted) {
      if (!goes_on()) break;
      world_->choices(kEverything, false, now_);
      const auto found = std::find_if(now_.begin(), now_.end(), [&](const Choice& other) {
        return other.decision == choice.decision &&
               (choice.decision == Decision::advance_time ||
                (other.process == choice.process && other.kind == choice.kind &&
                 other.index == choice.index));
      });
      if (found != now_.end()) take(ran, *found);
    }
    finish(ran);
    if (const auto& violation = world_->oracle().violation()) ran.violation = violation->name;
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
    world_->return_to(0);
    return best;
  }

  std::uint64_t replays_count() const noexcept { return replays_count_; }

 private:
  static constexpr Budget kEverything{7, 7};

  bool goes_on() const {
    return !world_->oracle().violation() && world_->depth() < world_->scenario().bounds.steps_max;
  }

  void take(Ran& ran, const Choice choice) {
    ran.choices.push_back(choice);
    ran.faults += choice.faults;
    ran.preemptions += choice.preemptions;
    world_->take(choice);
  }

  // To its rest, with nothing going wrong and nobody interrupted.
  void finish(Ran& ran) {
    while (goes_on()) {
      world_->choices({0, 7}, false, now_);
      if (now_.empty()) {
        world_->judge_rest();
        return;
      }
      take(ran, now_.front());
    }
    if (world_->oracle().violation()) return;
    const auto fair_steps = fair_steps_of(world_->scenario().bounds.steps_max);
    if (!world_->run_fairly(fair_steps)) {
      world_->judge_livelock(fair_steps);
    } else if (!world_->oracle().violation()) {
      world_->judge_rest();
    }
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

  World* world_;
  const ShortenOptions* options_;
  Choices now_;
  std::uint64_t replays_count_ = 0;
};

std::optional<Fault> fault_of(Decision decision) {
  switch (decision) {
    case Decision::crash:
      return Fault::crash;
    case Decision::duplicate:
      return Fault::duplicate;
    case Decision::reorder:
      return Fault::reorder;
    case Decision::lease_expiry:
      return Fault::lease_expiry;
    case Decision::refuse:
      return Fault::refused;
    case Decision::unknown:
    case Decision::lose:
      return Fault::unknown;
    case Decision::proceed:
    case Decision::advance_time:
      break;
  }
  return std::nullopt;
}

// Everything that needs no more than this execution, the smallest first.
Verdict search_within(const Scenario& scenario, const Ran& ran, const std::string& tag,
                      std::uint64_t executions_max) {
  auto smaller = scenario;
  smaller.bounds.faults = {};
  for (const auto fault : {Fault::crash, Fault::duplicate, Fault::reorder, Fault::lease_expiry,
                           Fault::refused, Fault::unknown}) {
    const bool used =
        std::any_of(ran.choices.begin(), ran.choices.end(),
                    [&](const Choice& choice) { return fault_of(choice.decision) == fault; });
    if (used) smaller.bounds.faults.add(fault);
  }
  smaller.bounds.faults_max = std::min(7U, ran.faults);
  smaller.bounds.preemptions_max = std::min(7U, ran.preemptions);
  smaller.bounds.executions_max = executions_max;
  smaller.bounds.time_max = std::chrono::hours(1);  // time must not decide what is found
  smaller.search = {};
  return explore(smaller, tag);
}

}  // namespace

Shortened shorten(const Scenario& scenario, std::size_t messages_count, const Choices& failing,
                  const std::string& tag, const ShortenOptions& options) {
  const auto original = trace_of(scenario, messages_count, failing, tag);
  if (!original.violation) {
    throw NonDeterministic("a failing execution did not fail when it ran again: " +
                           original.schedule);
  }
  World world(scenario, messages_count);
  DeltaDebugger debugger(world, options);
  auto ran = debugger.run(failing);
  if (ran.violation != original.violation->name) {
    return {original, original.steps.size(), ran.faults, ran.preemptions, false, 1};
  }
  ran = debugger.shorten(std::move(ran));

  Shortened shortened{trace_of(scenario, messages_count, ran.choices, tag),
                      original.steps.size(),
                      ran.faults,
                      ran.preemptions,
                      false,
                      debugger.replays_count()};
  if (options.executions_max == 0) return shortened;
  auto found = search_within(scenario, ran, tag, options.executions_max);
  if (!found.failure || found.failure->violation->name != ran.violation) return shortened;
  shortened.trace = std::move(*found.failure);
  shortened.shortest = found.shortest;
  shortened.faults = found.report.bounds.faults_max;
  shortened.preemptions = found.report.bounds.preemptions_max;
  return shortened;
}

}  // namespace workshop::explore
