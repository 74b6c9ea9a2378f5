#include "workshop/explore/drivers/shorten.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "planted.hpp"
#include "planted_bugs.hpp"
#include "workshop/explore/drivers/random.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

std::optional<std::vector<Choice>> found_at_random(const Scenario& scenario, std::uint64_t seed) {
  Execution execution(scenario, scenario.messages.size());
  RandomOptions options;
  options.executions_max = 2'000;
  options.faults_max = scenario.bounds.faults.empty() ? 0 : scenario.bounds.faults_max + 2;
  options.seed = seed;
  return explore_at_random(execution, options).failing;
}

Trace told(const Scenario& scenario, const Shortened& shortened) {
  return trace_of(scenario, shortened.messages_count, shortened.choices, "beef");
}

}  // namespace

TEST_CASE("what was found at random is shortened, and still breaks the same", "[large]") {
  std::size_t found = 0;
  std::size_t before = 0;
  std::size_t by_leaving_out = 0;
  std::size_t after = 0;
  for (const auto& planted : planted_handlers()) {
    if (planted.found_as.empty() || planted.found_as == failure::kLivelock) continue;
    auto scenario = planted_scenario(planted, 4, true);
    scenario.messages_min = 1;
    const auto failing = found_at_random(scenario, 7);
    if (!failing) continue;
    CAPTURE(planted.name);
    const auto count = scenario.messages.size();
    const auto original = trace_of(scenario, count, *failing, "beef");
    REQUIRE(original.violation);
    ShortenOptions no_search;
    no_search.executions_max = 0;
    const auto left_out = shorten(scenario, count, *failing, no_search);
    const auto shortened = shorten(scenario, count, *failing);
    for (const auto* one : {&left_out, &shortened}) {
      const auto trace = told(scenario, *one);
      INFO(original.schedule << " to " << trace.schedule);
      REQUIRE(trace.violation);
      CHECK(trace.violation->name == original.violation->name);
      CHECK(one->steps_before == original.steps.size());
      const auto again = follow(scenario, Schedule::parse(trace.schedule));
      CHECK(again.left_schedule == "");
      CHECK(again.violation == trace.violation);
    }
    const auto steps_left_out = told(scenario, left_out).steps.size();
    const auto steps_shortened = told(scenario, shortened).steps.size();
    CHECK(steps_shortened <= steps_left_out);
    ++found;
    before += original.steps.size();
    by_leaving_out += steps_left_out;
    after += steps_shortened;
  }
  INFO(found << " failures found at random: " << before << " steps, " << by_leaving_out
             << " after leaving out, " << after << " after the search");
  CHECK(found >= 10);
  CHECK(by_leaving_out * 10 < before * 8);
  CHECK(after * 10 < before * 4);
}

TEST_CASE("one execution is always shortened to the same one") {
  for (std::size_t i = 0; i < planted_bugs().size(); i += 5) {
    const auto& bug = planted_bugs()[i];
    const auto scenario = bug.scenario();
    const auto failing = found_at_random(scenario, 3);
    if (!failing || bug.found_as == failure::kLivelock) continue;
    CAPTURE(bug.name);
    const auto one = shorten(scenario, scenario.messages.size(), *failing);
    const auto other = shorten(scenario, scenario.messages.size(), *failing);
    CHECK(one.choices == other.choices);
    CHECK(one.replays_count == other.replays_count);
  }
}

TEST_CASE("what does not fail when it runs again is not shortened") {
  const auto scenario = planted_bugs().front().scenario();
  CHECK_THROWS_AS(shorten(scenario, 1, {}), NonDeterministic);
}
