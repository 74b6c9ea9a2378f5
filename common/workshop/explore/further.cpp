#include "workshop/explore/further.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "workshop/core/saturating.hpp"
#include "workshop/explore/drivers/commutation.hpp"
#include "workshop/explore/drivers/random.hpp"
#include "workshop/explore/drivers/search.hpp"
#include "workshop/explore/drivers/shorten.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/numbers.hpp"

namespace workshop::explore {
namespace {

using protocol::counted;
using protocol::grouped;
using SteadyClock = std::chrono::steady_clock;

std::string text_of(const Budget& budget) {
  return fmt::format("{}, {}", counted(budget.faults, "fault"),
                     counted(budget.preemptions, "preemption"));
}

std::string figures_of(const Report& report, const SearchOptions& search) {
  const auto& counts = report.counts;
  const auto remembered =
      search.prune_by_digest
          ? fmt::format("{}, {} cut at a state seen before, ",
                        counted(counts.states_count, "state"), grouped(counts.pruned_count))
          : std::string("no states remembered, ");
  return fmt::format(
      "{}{}, {}{} run, {:.1f} ms",
      report.threads_count > 1
          ? fmt::format("{} threads (their counts differ from run to run): ", report.threads_count)
          : std::string(),
      counted(counts.executions_count, "execution"), remembered,
      counted(counts.steps_count, "operation"),
      static_cast<double>(report.duration.count()) / 1000.0);
}

// One more preemption or fault, whichever there are fewer of; nothing when both are at their most.
std::optional<Budget> raised(Budget budget, bool with_faults) {
  constexpr auto kMost = kUnlimitedBudget;
  if (with_faults && budget.faults < kMost.faults &&
      (budget.faults <= budget.preemptions || budget.preemptions == kMost.preemptions)) {
    ++budget.faults;
    return budget;
  }
  if (budget.preemptions >= kMost.preemptions) return std::nullopt;
  ++budget.preemptions;
  return budget;
}

// "save Account account-1", "receive accounts": the operation that a process stands before.
std::string describe(const PendingOperation& operation, const WorldParts& parts) {
  const std::string kind(name_of(operation.kind));
  const auto& names = parts.resource_names;
  if (const auto found = names.find(operation.resource); found != names.end()) {
    return kind + " " + found->second;
  }
  return operation.source.empty() ? kind : kind + " " + operation.source;
}

// Which pairs of operations stood side by side, and whether they commute.
std::vector<std::string> commutations_in(const Scenario& scenario) {
  std::map<std::pair<std::string, std::string>, Commutation> pairs;
  Execution execution(scenario, scenario.messages.size(), true);
  SearchObserver observer;
  observer.arrived = [&pairs](const World& now) {
    const auto& processes = now.processes();
    for (std::size_t i = 0; i < processes.size(); ++i) {
      if (!processes[i].running()) continue;
      for (std::size_t j = i + 1; j < processes.size(); ++j) {
        if (!processes[j].running()) continue;
        const auto& a = processes[i].state.pending;
        const auto& b = processes[j].state.pending;
        auto one = describe(a, now.parts());
        auto other = describe(b, now.parts());
        if (other < one) std::swap(one, other);
        pairs.emplace(std::pair(std::move(one), std::move(other)), commutation_of(a, b));
      }
    }
  };
  Search search(execution, observer);
  Search::Limits limits;
  limits.budget = {std::min(scenario.bounds.faults_max, 1U),
                   std::min(scenario.bounds.preemptions_max, 2U)};
  limits.steps_max = scenario.bounds.steps_max;
  limits.executions_max = 20'000;
  limits.deadline = deadline_after(std::chrono::seconds(10));
  search.run(limits);
  std::vector<std::string> lines;
  for (const bool commute : {true, false}) {
    lines.push_back(commute ? "operations that commute:" : "operations that do not:");
    const auto header = lines.size();
    for (const auto& [names, commutation] : pairs) {
      if (commutation.commute != commute) continue;
      lines.push_back(fmt::format("  {} | {}: {}", names.first, names.second, commutation.reason));
    }
    if (lines.size() == header) lines.push_back("  none that stood side by side");
  }
  return lines;
}

class FurtherExploration {
 public:
  FurtherExploration(const Scenario& scenario, const std::string& tag,
                     const FurtherOptions& options)
      : scenario_(scenario), tag_(tag), options_(options) {
    options.apply_to(scenario_.bounds, scenario_.search);
  }

  Verdict run() {
    auto verdict = explore(scenario_, tag_);
    if (options_.prove.count() > 0) {
      prove(verdict);
      verdict.notes = std::move(notes_);
      return verdict;
    }
    note(verdict.report.to_string());
    note(figures_of(verdict.report, scenario_.search));
    if (verdict.holds()) beyond(verdict);
    if (options_.why) {
      for (auto& line : commutations_in(scenario_)) note(std::move(line));
    }
    verdict.notes = std::move(notes_);
    return verdict;
  }

 private:
  void note(std::string line) { notes_.push_back(std::move(line)); }

  // Every exploration may take a share of the time, as long as there is some.
  void prove(Verdict& verdict) {
    static const auto end = SteadyClock::now() + options_.prove;
    if (!verdict.holds()) return;
    const auto own = verdict.report.to_string();
    const bool any_preemptions = scenario_.bounds.preemptions_max == kUnlimitedPreemptions;
    if (scenario_.bounds.fixed || any_preemptions) {
      note("proved as far as it is promised: it " + own);
      return;
    }
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
    const auto time_max = std::min<std::chrono::milliseconds>(
        left, options_.prove / protocol::explore_word::kProveShares);
    if (time_max.count() <= 0) {
      note("wider bounds were not tried, since the time was over; it " + own);
      return;
    }
    auto proved = explore_up_to(scenario_, tag_, kProved, time_max);
    note(proved.reached);
    if (proved.failure) fail(verdict, std::move(*proved.failure));
  }

  void beyond(Verdict& verdict) {
    if (options_.random_count > 0 && options_.pct_depth == 0) at_random(verdict);
    if (options_.pct_depth > 0) at_random(verdict);
    if (options_.deeper.count() > 0 && verdict.holds()) {
      auto deeper = explore_deeper(scenario_, tag_, options_.deeper);
      note("deeper: " + deeper.reached);
      if (deeper.failure) fail(verdict, std::move(*deeper.failure));
    }
  }

  void at_random(Verdict& verdict) {
    constexpr std::uint64_t kDefaultCount = 1'000;
    constexpr std::uint32_t kFaultsBeyond = 2;
    RandomOptions options;
    options.executions_max = options_.random_count > 0 ? options_.random_count : kDefaultCount;
    options.seed = options_.seed;
    options.pct_depth = options_.pct_depth;
    options.steps_max = scenario_.bounds.steps_max;
    options.faults_max =
        scenario_.bounds.faults.empty() ? 0 : scenario_.bounds.faults_max + kFaultsBeyond;
    Execution execution(scenario_, scenario_.messages.size());
    const auto result = explore_at_random(execution, options);
    const auto how = options.pct_depth > 0 ? fmt::format("PCT of depth {}", options.pct_depth)
                                           : std::string("random");
    auto summary = fmt::format("{}: {} in {} with up to {}, seed {}", how,
                               result.failing ? "a failure" : "no failure",
                               counted(result.executions_count, "execution"),
                               counted(options.faults_max, "fault"), options.seed);
    if (!result.failing) {
      note(std::move(summary));
      return;
    }
    const auto shortened = shorten(scenario_, scenario_.messages.size(), *result.failing);
    auto trace = trace_of(scenario_, shortened.messages_count, shortened.choices, tag_);
    const auto steps = trace.steps.size();
    summary += steps < shortened.steps_before
                   ? fmt::format("; shortened from {} to {} steps", shortened.steps_before, steps)
                   : fmt::format("; it has {} steps", steps);
    if (shortened.shortest) {
      summary += ", and none is shorter with " + text_of({shortened.faults, shortened.preemptions});
    }
    note(std::move(summary));
    fail(verdict, std::move(trace), shortened.shortest);
  }

  void fail(Verdict& verdict, Trace trace, bool shortest = false) {
    if (!trace.violation) {
      throw NonDeterministic("a failing execution did not fail when it ran again: " +
                             trace.schedule);
    }
    verdict.failure = std::move(trace);
    verdict.shortest = shortest;
    verdict.report.ended = Ended::failure;
  }

  Scenario scenario_;
  std::string tag_;
  FurtherOptions options_;
  std::vector<std::string> notes_;
};

}  // namespace

Deeper explore_deeper(const Scenario& scenario, const std::string& tag,
                      std::chrono::milliseconds time_max) {
  Deeper deeper;
  const auto count = scenario.messages.size();
  // The bounds end nowhere, so no outage outlasts deliveries: the rest might need all of them.
  auto wider = scenario;
  wider.bounds.faults_max = kUnlimitedBudget.faults;
  wider.bounds.preemptions_max =
      std::max(wider.bounds.preemptions_max, kUnlimitedBudget.preemptions);
  Execution execution(wider, count);
  Search search(execution);
  Search::Limits limits;
  limits.free_preemptions = scenario.bounds.preemptions_max == kUnlimitedPreemptions;
  limits.budget = {scenario.bounds.faults_max, limits.free_preemptions
                                                   ? kUnlimitedBudget.preemptions
                                                   : scenario.bounds.preemptions_max};
  limits.steps_max = scenario.bounds.steps_max;
  limits.executions_max = UINT64_MAX;
  limits.deadline = deadline_after(time_max);
  const bool with_faults = !scenario.bounds.faults.empty();
  std::optional<Budget> complete;
  for (std::optional<Budget> budget = limits.budget; budget;
       budget = raised(*budget, with_faults)) {
    limits.budget = *budget;
    const auto ended = search.run(limits);
    deeper.executions_count = search.counts().executions_count;
    const auto so_far = complete ? "complete up to " + text_of(*complete) + "; " : std::string();
    const auto executions = counted(deeper.executions_count, "execution");
    if (ended == Ended::failure) {
      search.shorten(limits);
      deeper.failure = trace_of(wider, count, search.failing_choices(), tag);
      deeper.reached =
          fmt::format("{}fails with {} (found in {})", so_far, text_of(*budget), executions);
      return deeper;
    }
    if (ended == Ended::time_max) {
      deeper.reached =
          fmt::format("{}the time ran out within {} ({})", so_far, text_of(*budget), executions);
      return deeper;
    }
    if (ended == Ended::steps_max) {
      deeper.reached = fmt::format("{}executions of more than {} were cut within {} ({})", so_far,
                                   counted(limits.steps_max, "step"), text_of(*budget), executions);
      return deeper;
    }
    complete = budget;
  }
  deeper.reached = fmt::format("complete up to {}, the most there is ({})", text_of(*complete),
                               counted(deeper.executions_count, "execution"));
  return deeper;
}

Deeper explore_up_to(const Scenario& scenario, const std::string& tag, const Budget& most,
                     std::chrono::milliseconds time_max) {
  // The world knows of all that may go wrong, so that an outage ends in time for the rest.
  auto wider = scenario;
  auto& bounds = wider.bounds;
  auto budget = Budget{bounds.faults.empty() ? 0 : bounds.faults_max, bounds.preemptions_max};
  if (!bounds.faults.empty()) bounds.faults_max = std::max(bounds.faults_max, most.faults);
  bounds.preemptions_max = std::max(bounds.preemptions_max, most.preemptions);
  if (bounds.faults.empty()) bounds.faults_max = 0;
  bounds.steps_max *= 5;  // outages of several deliveries are long
  const Budget widest{bounds.faults_max, bounds.preemptions_max};

  Execution execution(wider, wider.messages.size());
  Search search(execution);
  Search::Limits limits;
  limits.steps_max = bounds.steps_max;
  limits.executions_max = UINT64_MAX;
  limits.deadline = SteadyClock::now() + time_max;
  Deeper proved;
  std::string complete;
  const auto messages =
      wider.messages.empty() ? std::string() : counted(wider.messages.size(), "message") + ", ";
  while (true) {
    limits.budget = budget;
    const auto ended = search.run(limits);
    proved.executions_count = search.counts().executions_count;
    const auto so_far =
        complete.empty() ? std::string() : "proved up to " + messages + complete + "; ";
    if (ended == Ended::failure) {
      search.shorten(limits);
      proved.failure = trace_of(wider, wider.messages.size(), search.failing_choices(), tag);
      proved.reached = so_far + "fails with " + text_of(budget);
      return proved;
    }
    if (ended != Ended::exhausted) {
      proved.reached = fmt::format(
          "{}within {} {} ({})", so_far, text_of(budget),
          ended == Ended::time_max ? "the time ran out" : "some executions were too long",
          counted(proved.executions_count, "execution"));
      return proved;
    }
    complete = text_of(budget);
    if (budget == widest) break;
    const bool more_faults =
        budget.faults < widest.faults &&
        (budget.faults <= budget.preemptions || budget.preemptions == widest.preemptions);
    (more_faults ? budget.faults : budget.preemptions) += 1;
  }
  proved.reached = fmt::format("proved up to {}{} ({}, complete)", messages, complete,
                               counted(proved.executions_count, "execution"));
  return proved;
}

Verdict explore_further(const Scenario& scenario, const std::string& tag,
                        const FurtherOptions& options) {
  return FurtherExploration(scenario, tag, options).run();
}

}  // namespace workshop::explore
