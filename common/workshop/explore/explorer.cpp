#include "workshop/explore/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/explore/asked.hpp"
#include "workshop/explore/search/determinism.hpp"
#include "workshop/explore/search/parallel.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/phrases.hpp"

namespace workshop::explore {
namespace {

using protocol::counted;
using SteadyClock = std::chrono::steady_clock;

std::string within(std::size_t messages, const Bounds& bounds) {
  const auto preemptions = bounds.preemptions_max == kUnlimitedPreemptions
                               ? std::string("any preemptions")
                               : counted(bounds.preemptions_max, "preemption");
  return fmt::format("{}{}, {}", messages == 0 ? "" : counted(messages, "message") + ", ",
                     counted(bounds.faults_max, "fault"), preemptions);
}

void refuse_bad(const Scenario& scenario) {
  const auto& bounds = scenario.bounds;
  if (bounds.faults_max > 7 ||
      (bounds.preemptions_max > 7 && bounds.preemptions_max != kUnlimitedPreemptions)) {
    throw InvalidRequest(fmt::format(
        "bounds of at most 7 faults and 7 preemptions (or kUnlimitedPreemptions) can be "
        "explored, not {} and {}",
        bounds.faults_max, bounds.preemptions_max));
  }
  if (scenario.processes.empty()) {
    throw InvalidRequest("a scenario without processes has nothing to explore");
  }
  if (scenario.processes.size() > 26) {
    throw InvalidRequest("a scenario has at most 26 processes, one for each letter of a schedule");
  }
  const bool needs_messages =
      std::all_of(scenario.processes.begin(), scenario.processes.end(),
                  [](const ProcessSpec& process) { return process.serves(); });
  if (needs_messages && scenario.messages.empty()) {
    throw InvalidRequest("nothing would happen: no process starts by itself and no message waits");
  }
}

// Budgets from the smallest to the largest; of equal sums the one with fewer faults first.
std::vector<Budget> budgets_of(const Bounds& bounds) {
  const auto preemptions_max =
      bounds.preemptions_max == kUnlimitedPreemptions ? 0 : bounds.preemptions_max;
  const auto faults_max = bounds.faults.empty() ? 0 : bounds.faults_max;
  std::vector<Budget> budgets;
  for (std::uint32_t f = 0; f <= faults_max; ++f) {
    for (std::uint32_t p = 0; p <= preemptions_max; ++p) budgets.push_back({f, p});
  }
  std::sort(budgets.begin(), budgets.end(), [](const Budget& a, const Budget& b) {
    return std::pair(a.faults + a.preemptions, a.faults) <
           std::pair(b.faults + b.preemptions, b.faults);
  });
  return budgets;
}

class Exploration {
 public:
  Exploration(const Scenario& scenario, const std::string& tag) : scenario_(&scenario), tag_(tag) {
    verdict_.report.bounds = scenario.bounds;
    if (scenario.bounds.faults.empty()) verdict_.report.bounds.faults_max = 0;  // none was tried
    limits_.free_preemptions = scenario.bounds.preemptions_max == kUnlimitedPreemptions;
    limits_.prune = scenario.search.prune_by_digest;
    limits_.sleep_sets = scenario.search.sleep_sets;
    limits_.steps_max = scenario.bounds.steps_max;
    limits_.deadline = SteadyClock::now() + scenario.bounds.time_max;
  }

  Verdict run() {
    const auto started = SteadyClock::now();
    check_determinism(*scenario_);
    const auto most = scenario_->messages.size();
    for (auto count = std::min(most, scenario_->messages_min); count <= most; ++count) {
      if (!run_with(count)) break;
      // Which failure threads find first is chance; one thread finds the smallest, always.
      if (failed_in_parallel_) return with_one_thread();
    }
    verdict_.report.duration =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - started);
    return std::move(verdict_);
  }

 private:
  // A search that is over in a moment is not worth a world for each thread.
  bool worth_sharing() const {
    return scenario_->search.threads > 1 && limits_.prune &&
           verdict_.report.counts.states_count - before_.states_count >=
               scenario_->search.share_from_states;
  }

  Verdict with_one_thread() const {
    auto scenario = *scenario_;
    scenario.search.threads = 1;
    return Exploration(scenario, tag_).run();
  }

  // Returns whether larger scenarios are worth exploring.
  bool run_with(std::size_t messages_count) {
    auto& report = verdict_.report;
    report.messages_count = messages_count;
    World world(*scenario_, messages_count);
    auto seen = std::make_shared<SeenStates>(scenario_->search.threads > 1);
    Search search(world, {}, seen);
    bool cut = false;
    SearchCounts shared;
    for (const auto& budget : budgets_of(scenario_->bounds)) {
      limits_.budget = budget;
      limits_.executions_max = scenario_->bounds.executions_max - before_.executions_count;
      auto ended = Ended::exhausted;
      if (worth_sharing()) {
        limits_.executions_max -= std::min(
            limits_.executions_max, shared.executions_count + search.counts().executions_count);
        ended = search_in_parallel(*scenario_, messages_count, limits_, scenario_->search.threads,
                                   seen, shared);
        report.threads_count = scenario_->search.threads;
        failed_in_parallel_ = ended == Ended::failure;
        if (failed_in_parallel_) return true;
      } else {
        ended = search.run(limits_);
      }
      add(search.counts(), shared);
      if (ended == Ended::failure) {
        report.bounds.faults_max = budget.faults;
        if (!limits_.free_preemptions) report.bounds.preemptions_max = budget.preemptions;
        fail(search, messages_count);
        return false;
      }
      if (ended == Ended::steps_max) cut = true;
      if (ended == Ended::executions_max || ended == Ended::time_max) {
        report.ended = ended;
        return false;
      }
    }
    before_ = report.counts;
    if (cut) {
      report.ended = Ended::steps_max;
      tell_longest(search, messages_count);
    }
    return true;
  }

  // Threads do not tell: there may be none to show.
  void tell_longest(const Search& search, std::size_t messages_count) {
    const auto& choices = search.longest_choices();
    if (choices.empty()) return;
    auto trace = trace_of(*scenario_, messages_count, choices, tag_);
    if (trace.violation) return;
    trace.not_at_rest_after = choices.size();
    auto schedule = Schedule::parse(trace.schedule);
    schedule.steps.resize(choices.size());  // the rest follows by itself
    trace.schedule = schedule.to_string();
    verdict_.too_long = std::move(trace);
  }

  // What one thread and what several have done, which share the states that they have seen.
  void add(const SearchCounts& alone, const SearchCounts& shared) {
    auto& sum = verdict_.report.counts;
    sum.executions_count =
        before_.executions_count + alone.executions_count + shared.executions_count;
    sum.pruned_count = before_.pruned_count + alone.pruned_count + shared.pruned_count;
    sum.states_count = before_.states_count + std::max(alone.states_count, shared.states_count);
    sum.steps_count = before_.steps_count + alone.steps_count + shared.steps_count;
  }

  void fail(Search& search, std::size_t messages_count) {
    verdict_.report.ended = Ended::failure;
    if (scenario_->search.shortest) {
      limits_.executions_max = scenario_->bounds.executions_max;
      verdict_.shortest = search.shorten(limits_);
    }
    verdict_.failure = trace_of(*scenario_, messages_count, search.failing_choices(), tag_);
    if (verdict_.failure->violation) return;
    throw NonDeterministic(fmt::format(
        "an execution broke an invariant ({}), and the same schedule, {}, did not break it when it "
        "ran again; nothing may be kept in memory from one delivery to the next",
        search.violation()->name, verdict_.failure->schedule));
  }

  const Scenario* scenario_;
  std::string tag_;
  Search::Limits limits_;
  SearchCounts before_;
  bool failed_in_parallel_ = false;
  Verdict verdict_;
};

}  // namespace

std::string Report::to_string() const {
  const auto executions = counted(counts.executions_count, "execution");
  const auto no_failure = [&](std::string_view bound) {
    return fmt::format("no failure in {} {}{})", executions, protocol::phrase::kBound, bound);
  };
  switch (ended) {
    case Ended::exhausted:
      return fmt::format("holds up to {} ({}, complete)", within(messages_count, bounds),
                         threads_count > 1 ? counted(counts.states_count, "state") : executions);
    case Ended::failure:
      return fmt::format("fails with {} (found in {})", within(messages_count, bounds), executions);
    case Ended::executions_max:
      return no_failure("executions");
    case Ended::time_max:
      return no_failure("time");
    case Ended::steps_max:
      return no_failure("steps");
  }
  return {};
}

Verdict explore(const Scenario& scenario, const std::string& tag) {
  refuse_bad(scenario);
  return Exploration(scenario, tag).run();
}

Session& session() noexcept {
  static Session the_session;
  return the_session;
}

Verdict explore_in_test(const Scenario& scenario) {
  auto& now = session();
  const auto tag = schedule_tag(fmt::format("{}/{}", now.test_name, now.explorations_count++));
  now.tag = tag;
  if (!now.replay && now.request) {
    auto verdict = explore_as_asked(scenario, tag, *now.request);
    if (now.explored) now.explored(verdict);
    return verdict;
  }
  if (!now.replay) return explore(scenario, tag);

  Verdict verdict;
  const auto schedule = Schedule::parse(*now.replay);
  if (schedule.tag != tag) {
    verdict.skipped = true;
    return verdict;
  }
  now.replay_matched = true;
  refuse_bad(scenario);
  verdict.replayed = true;
  verdict.failure = follow(scenario, schedule, now.follow);
  return verdict;
}

}  // namespace workshop::explore
