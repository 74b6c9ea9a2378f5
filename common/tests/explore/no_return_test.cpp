#include "workshop/explore/drivers/no_return.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "planted_bugs.hpp"
#include "workshop/explore/drivers/deepening.hpp"
#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/explorer.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

// Whether some execution that begins with these steps comes to rest with nothing broken: every one
// is tried, and no state is remembered.
bool some_way_out(const Scenario& scenario, std::size_t messages_count,
                  const std::vector<Choice>& steps, std::size_t count) {
  Execution execution(scenario, messages_count);
  const bool free_preemptions = scenario.bounds.preemptions_max == kUnlimitedPreemptions;
  Budget left{scenario.bounds.faults.empty() ? 0 : scenario.bounds.faults_max,
              free_preemptions ? 0 : scenario.bounds.preemptions_max};
  for (std::size_t i = 0; i < count; ++i) {
    const auto taken = execution.take_if_possible(steps[i], free_preemptions);
    REQUIRE(taken);
    left.faults -= taken->faults;
    left.preemptions -= taken->preemptions;
  }
  bool found = false;
  SearchObserver observer;
  observer.stop_at_failure = false;
  observer.at_rest = [&](const World& world) { found = found || !world.oracle().violation(); };
  Search search(execution, observer);
  Search::Limits limits;
  limits.budget = left;
  limits.free_preemptions = free_preemptions;
  limits.prune = false;
  limits.steps_max = scenario.bounds.steps_max;
  limits.executions_max = 3'000'000;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  const auto ended = search.run(limits);
  REQUIRE((found || ended == Ended::failure || ended == Ended::exhausted));
  return found;
}

}  // namespace

TEST_CASE("the point of no return is where an exhaustive search finds the last way out") {
  const auto& bug = GENERATE(from_range(planted_bugs().begin(), planted_bugs().end()));
  CAPTURE(bug.name);
  const auto scenario = bug.scenario();
  const auto deepened = deepen(scenario);
  REQUIRE(deepened.ended == Ended::failure);
  const auto point = point_of_no_return(scenario, deepened.messages_count, deepened.failing);
  // Of a livelock nothing is certain; of all others here it is.
  REQUIRE(point.has_value() == (deepened.violation->name != failure::kLivelock));
  if (!point) return;
  Execution execution(scenario, deepened.messages_count);
  execution.take_all(deepened.failing);
  execution.finish();
  const auto steps = execution.taken();
  REQUIRE(*point <= steps.size());
  CHECK(
      (*point == steps.size() || !some_way_out(scenario, deepened.messages_count, steps, *point)));
  CHECK((*point == 0 || some_way_out(scenario, deepened.messages_count, steps, *point - 1)));
}
