#include "workshop/explore/drivers/deepening.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "workshop/core/saturating.hpp"
#include "workshop/explore/drivers/parallel.hpp"
#include "workshop/explore/drivers/shorten.hpp"

namespace workshop::explore {
namespace {

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

class Deepening {
 public:
  explicit Deepening(const Scenario& scenario) : scenario_(&scenario) {
    limits_.free_preemptions = scenario.bounds.preemptions_max == kUnlimitedPreemptions;
    limits_.prune = scenario.search.prune_by_digest;
    limits_.sleep_sets = scenario.search.sleep_sets;
    limits_.steps_max = scenario.bounds.steps_max;
    limits_.deadline = deadline_after(scenario.bounds.time_max);
  }

  Deepened run() {
    const auto most = scenario_->messages.size();
    for (auto count = std::min(most, scenario_->messages_min); count <= most; ++count) {
      if (!run_with(count)) break;
      // Which failure threads find first is chance; one thread finds the smallest, always.
      if (failed_in_parallel_) return with_one_thread();
    }
    return std::move(deepened_);
  }

 private:
  // A search that is over in a moment is not worth a world for each thread.
  bool worth_sharing() const {
    return scenario_->search.threads > 1 && limits_.prune &&
           deepened_.counts.states_count - before_.states_count >=
               scenario_->search.share_from_states;
  }

  Deepened with_one_thread() const {
    auto scenario = *scenario_;
    scenario.search.threads = 1;
    return Deepening(scenario).run();
  }

  // Returns whether larger scenarios are worth exploring.
  bool run_with(std::size_t messages_count) {
    deepened_.messages_count = messages_count;
    Execution execution(*scenario_, messages_count);
    auto seen = std::make_shared<SeenStates>(scenario_->search.threads > 1);
    Search search(execution, {}, seen);
    bool cut = false;
    SearchCounts shared;
    for (const auto& budget : budgets_of(scenario_->bounds)) {
      deepened_.budget = limits_.budget = budget;
      limits_.executions_max = scenario_->bounds.executions_max - before_.executions_count;
      const auto ended =
          worth_sharing() ? search_on_threads(search, seen, shared) : search.run(limits_);
      if (failed_in_parallel_) return true;
      add(search.counts(), shared);
      if (ended == Ended::failure) {
        fail(search);
        return false;
      }
      if (ended == Ended::steps_max) cut = true;
      if (ended == Ended::executions_max || ended == Ended::time_max) {
        deepened_.ended = ended;
        return false;
      }
    }
    before_ = deepened_.counts;
    if (cut) {
      deepened_.ended = Ended::steps_max;
      keep_longest(search.longest_choices());
    }
    return true;
  }

  Ended search_on_threads(const Search& search, const std::shared_ptr<SeenStates>& seen,
                          SearchCounts& shared) {
    limits_.executions_max -= std::min(limits_.executions_max,
                                       shared.executions_count + search.counts().executions_count);
    const auto ended = search_in_parallel(*scenario_, deepened_.messages_count, limits_,
                                          scenario_->search.threads, seen, shared);
    deepened_.threads_count = scenario_->search.threads;
    failed_in_parallel_ = ended == Ended::failure;
    return ended;
  }

  // What one thread and what several have done, which share the states that they have seen.
  void add(const SearchCounts& alone, const SearchCounts& shared) {
    auto& sum = deepened_.counts;
    sum.executions_count =
        before_.executions_count + alone.executions_count + shared.executions_count;
    sum.pruned_count = before_.pruned_count + alone.pruned_count + shared.pruned_count;
    sum.states_count = before_.states_count + std::max(alone.states_count, shared.states_count);
    sum.steps_count = before_.steps_count + alone.steps_count + shared.steps_count;
  }

  void keep_longest(const std::vector<Choice>& longest) {
    if (longest.empty()) return;
    deepened_.longest = longest;
    deepened_.longest_messages_count = deepened_.messages_count;
  }

  void fail(Search& search) {
    deepened_.ended = Ended::failure;
    if (scenario_->search.shortest) {
      limits_.executions_max = scenario_->bounds.executions_max;
      deepened_.shortest = search.shorten(limits_);
    }
    deepened_.failing = search.failing_choices();
    deepened_.violation = search.violation();
    if (deepened_.violation->name == failure::kLivelock) {
      deepened_.failing = lead_to_livelock(*scenario_, deepened_.messages_count, deepened_.failing);
    }
  }

  const Scenario* scenario_;
  Search::Limits limits_;
  SearchCounts before_;
  bool failed_in_parallel_ = false;
  Deepened deepened_;
};

}  // namespace

Deepened deepen(const Scenario& scenario) { return Deepening(scenario).run(); }

}  // namespace workshop::explore
