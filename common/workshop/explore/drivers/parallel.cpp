#include "workshop/explore/drivers/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace workshop::explore {
namespace {

// The way to one branch, and the budget that is left there.
struct Branch {
  std::vector<Choice> choices;
  Budget budget;
};

// Enough branches that no thread waits long for the others at the end.
constexpr std::size_t kBranchesForEach = 32;
constexpr std::size_t kDepthMax = 8;

std::vector<Branch> branches_of(const Scenario& scenario, std::size_t messages_count,
                                const Search::Limits& limits, std::size_t wanted) {
  Execution execution(scenario, messages_count);
  std::vector<Branch> branches{{{}, limits.budget}};
  std::vector<Choice> choices;
  for (std::size_t depth = 0; depth < kDepthMax && branches.size() < wanted; ++depth) {
    std::vector<Branch> longer;
    for (auto& branch : branches) {
      execution.return_to(0);
      execution.take_all(branch.choices);
      if (!execution.broken()) {
        execution.choices(branch.budget, limits.free_preemptions, choices);
      }
      if (execution.broken() || choices.empty() || branch.choices.size() < depth) {
        longer.push_back(std::move(branch));  // it ends here: whoever gets it will see
        continue;
      }
      for (const auto& choice : choices) {
        auto next = branch;
        next.choices.push_back(choice);
        next.budget = {branch.budget.faults - choice.faults,
                       branch.budget.preemptions - choice.preemptions};
        longer.push_back(std::move(next));
      }
    }
    branches = std::move(longer);
  }
  return branches;
}

// What the threads share.
struct Common {
  std::vector<Branch> branches;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  SearchCounts counts;
  Ended ended = Ended::exhausted;
  std::exception_ptr thrown;
};

void merge(Common& common, const SearchCounts& counts, Ended ended) {
  const std::lock_guard lock(common.mutex);
  common.counts.executions_count += counts.executions_count;
  common.counts.pruned_count += counts.pruned_count;
  common.counts.steps_count += counts.steps_count;
  const auto ends_search = [](Ended how) {
    return how != Ended::exhausted && how != Ended::steps_max;
  };
  const bool ends_all = ends_search(ended);
  // A failure counts more than a bound, a bound more than a cut. Of bounds the first one counts: it
  // stops the others, who take that for the end of their time.
  if (ended == Ended::failure || (ends_all && !ends_search(common.ended)) ||
      (ended == Ended::steps_max && common.ended == Ended::exhausted)) {
    common.ended = ended;
  }
  if (ends_all) common.stop = true;
}

void explore_branches(const Scenario& scenario, std::size_t messages_count, Search::Limits limits,
                      std::uint32_t threads_count, const std::shared_ptr<SeenStates>& seen,
                      Common& common) {
  try {
    Execution execution(scenario, messages_count);
    Search search(execution, {}, seen);
    limits.stop = &common.stop;
    limits.executions_max = std::max<std::uint64_t>(1, limits.executions_max / threads_count);
    for (auto i = common.next++; i < common.branches.size() && !common.stop; i = common.next++) {
      const auto& branch = common.branches[i];
      execution.return_to(0);
      execution.take_all(branch.choices);
      limits.budget = branch.budget;
      const auto ended = search.run(limits);
      if (ended == Ended::failure || ended == Ended::executions_max || ended == Ended::time_max) {
        merge(common, {}, ended);
        break;
      }
      if (ended == Ended::steps_max) merge(common, {}, ended);
    }
    merge(common, search.counts(), Ended::exhausted);
  } catch (...) {
    const std::lock_guard lock(common.mutex);
    if (!common.thrown) common.thrown = std::current_exception();
    common.stop = true;
  }
}

}  // namespace

Ended search_in_parallel(const Scenario& scenario, std::size_t messages_count,
                         const Search::Limits& limits, std::uint32_t threads_count,
                         std::shared_ptr<SeenStates> seen, SearchCounts& counts) {
  Common common;
  common.branches = branches_of(scenario, messages_count, limits, threads_count * kBranchesForEach);
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < threads_count; ++i) {
      threads.emplace_back(
          [&] { explore_branches(scenario, messages_count, limits, threads_count, seen, common); });
    }
  }
  if (common.thrown) std::rethrow_exception(common.thrown);
  counts.executions_count += common.counts.executions_count;
  counts.pruned_count += common.counts.pruned_count;
  counts.steps_count += common.counts.steps_count;
  counts.states_count = seen->size();
  return common.ended;
}

}  // namespace workshop::explore
