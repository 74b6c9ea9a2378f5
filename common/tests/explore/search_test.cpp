#include "workshop/explore/drivers/search.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <set>

#include "planted.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/story/story.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

// The result of an execution: the bodies of all documents, and the invariant that broke, if any.
// Versions and attempts are left out, because pruned executions name them differently.
struct Outcomes {
  std::set<std::string> at_rest;
  std::set<std::string> failures;
  Ended ended = Ended::exhausted;
  SearchCounts counts;
};

Outcomes outcomes_of(Scenario scenario, bool prune, const Budget& budget, bool free_preemptions) {
  Execution execution(scenario, scenario.messages.size());
  Outcomes outcomes;
  SearchObserver observer;
  observer.stop_at_failure = false;
  observer.at_rest = [&](const World& now) {
    std::string state;
    for (const auto& document : now.view().documents()) {
      state += document.key.partition + "=" + document.body + ";";
    }
    outcomes.at_rest.insert(state);
    if (now.oracle().violation()) outcomes.failures.insert(now.oracle().violation()->name);
  };
  Search search(execution, observer);
  Search::Limits limits;
  limits.budget = budget;
  limits.free_preemptions = free_preemptions;
  limits.prune = prune;
  limits.executions_max = 3'000'000;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  outcomes.ended = search.run(limits);
  outcomes.counts = search.counts();
  return outcomes;
}

}  // namespace

TEST_CASE("two coroutines of seven points have exactly 3,432 interleavings, of six 924") {
  const auto [points, count] = GENERATE(std::pair{7, 3432}, std::pair{6, 924}, std::pair{1, 2});
  const auto verdict = explore::explore(pure(2, points));
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
  CHECK(verdict.report.counts.executions_count == static_cast<std::uint64_t>(count));
}

TEST_CASE("three coroutines of three points have 1,680 interleavings, each step taken where due") {
  const auto verdict = explore::explore(pure(3, 3));
  CHECK(verdict.report.counts.executions_count == 1680);  // 9! / 3!^3
}

TEST_CASE("two handlers of two accounts are interchangeable: half of 924 interleavings are left") {
  auto scenario = outbox(2, false);
  scenario.search.prune_by_digest = false;
  scenario.bounds.preemptions_max = kUnlimitedPreemptions;
  scenario.bounds.faults_max = 0;
  const auto verdict = explore::explore(scenario);
  CHECK(verdict.holds());
  CHECK(verdict.report.counts.executions_count == 462);
}

TEST_CASE("pruning by digest finds the final states and the failures that no reduction finds") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  // Messages, one account, faults, preemptions (7: free).
  struct Shape {
    int messages;
    bool one_account;
    Budget budget;
    bool free_preemptions;
  };
  const auto shape = GENERATE(Shape{1, true, {1, 0}, false}, Shape{1, true, {2, 1}, false},
                              Shape{2, true, {0, 2}, false}, Shape{2, false, {1, 1}, false});
  auto scenario = planted_scenario(planted, shape.messages, shape.one_account);
  scenario.bounds.faults = Faults{Fault::crash, Fault::duplicate, Fault::lease_expiry};
  scenario.queues[0].options.deliveries_max = 4;
  CAPTURE(planted.name, shape.messages, shape.one_account, shape.budget.faults,
          shape.budget.preemptions);
  const auto all = outcomes_of(scenario, false, shape.budget, shape.free_preemptions);
  const auto pruned = outcomes_of(scenario, true, shape.budget, shape.free_preemptions);
  CAPTURE(all.counts.executions_count, pruned.counts.executions_count);
  REQUIRE(all.ended != Ended::executions_max);
  REQUIRE(all.ended != Ended::time_max);
  CHECK(all.ended == pruned.ended);
  CHECK(all.at_rest == pruned.at_rest);
  CHECK(all.failures == pruned.failures);
  CHECK(pruned.counts.executions_count <= all.counts.executions_count);
}

TEST_CASE("every planted bug is found under its name, and the handler that is right holds") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  auto scenario = planted_scenario(planted, 2, true);
  scenario.messages_min = 1;
  CAPTURE(planted.name);
  const auto verdict = explore::explore(scenario);
  if (planted.found_as.empty()) {
    CHECK(verdict.holds());
    CHECK(verdict.report.ended == Ended::exhausted);
  } else {
    REQUIRE_FALSE(verdict.holds());
    CHECK(verdict.failure->violation->name == planted.found_as);
    CHECK(verdict.shortest);
  }
}

TEST_CASE("a failure is the shortest: with a step less, and with less budget, there is none") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  if (planted.found_as.empty()) return;
  auto scenario = planted_scenario(planted, 2, true);
  CAPTURE(planted.name);
  const auto verdict = explore::explore(scenario);
  REQUIRE_FALSE(verdict.holds());
  const auto& bounds = verdict.report.bounds;

  // The shortest failure of all, without any reduction and without stopping at the first one.
  std::size_t shortest = 1000;
  Execution execution(scenario, scenario.messages.size());
  SearchObserver observer;
  observer.stop_at_failure = false;
  observer.failed = [&](const World& now) { shortest = std::min(shortest, now.depth()); };
  Search search(execution, observer);
  Search::Limits limits;
  limits.budget = {bounds.faults_max, bounds.preemptions_max};
  limits.prune = false;
  limits.executions_max = 3'000'000;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto ended = search.run(limits);
  CHECK(ended == Ended::failure);  // no bound ended the search: everything was tried
  CHECK(verdict.failure->steps.size() == shortest);
}

TEST_CASE("the outbox holds with two messages, two faults of every kind and two preemptions",
          "[large]") {
  auto scenario = outbox(2, true);
  scenario.bounds.faults = Faults::all();
  const auto verdict = explore::explore(scenario);
  INFO((verdict.failure ? verdict.failure->schedule : std::string()));
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
}

TEST_CASE("repeated explorations give one verdict, one schedule and the same counts") {
  for (const auto& planted : planted_handlers()) {
    const auto once = explore::explore(planted_scenario(planted, 2, true));
    const auto again = explore::explore(planted_scenario(planted, 2, true));
    CAPTURE(planted.name);
    CHECK(once.report.to_string() == again.report.to_string());
    CHECK(once.failure.has_value() == again.failure.has_value());
    if (once.failure && again.failure) CHECK(once.failure->schedule == again.failure->schedule);
  }
}

TEST_CASE("the longest time for a search is not over at once") {
  auto scenario = pure(2, 6);
  scenario.bounds.time_max = std::chrono::milliseconds::max();
  const auto verdict = explore::explore(scenario);
  CHECK(verdict.report.ended == Ended::exhausted);
}

TEST_CASE("a search that a bound ends says so and does not claim to be complete") {
  auto scenario = outbox(2, true);
  SECTION("executions") {
    scenario.bounds.executions_max = 100;
    const auto verdict = explore::explore(scenario);
    CHECK(verdict.holds());
    CHECK(verdict.report.ended == Ended::executions_max);
    CHECK(verdict.report.to_string() == "no failure in 100 executions (bound: executions)");
  }
  SECTION("time") {
    scenario.bounds.time_max = std::chrono::milliseconds(1);
    const auto verdict = explore::explore(scenario);
    CHECK(verdict.report.ended == Ended::time_max);
    CHECK(verdict.report.to_string().ends_with("(bound: time)"));
  }
  SECTION("steps") {
    scenario.bounds.steps_max = 8;
    scenario.expectations.invariants = {};
    const auto verdict = explore::explore(scenario);
    CHECK(verdict.report.ended == Ended::steps_max);
    CHECK(verdict.report.to_string().ends_with("(bound: steps)"));
    REQUIRE(verdict.too_long);
    const auto& trace = *verdict.too_long;
    CHECK(verdict.holds());
    CHECK_FALSE(trace.violation);
    CHECK(trace.not_at_rest_after == 8);
    CHECK(trace.steps.size() > 8);
    const auto schedule = Schedule::parse(trace.schedule);
    CHECK(schedule.steps.size() == 8);
    const auto again = follow(scenario, schedule);
    CHECK(again.left_schedule == "");
    CHECK(again.steps.size() == trace.steps.size());
    const auto story = story_of(trace, {});
    INFO(story);
    CHECK(story.starts_with("no violation, and no proof: not at rest after 8 steps\n"));
    CHECK(story.find("bounds.steps_max") != std::string::npos);
  }
}

TEST_CASE("bad bounds and empty scenarios are refused with the mend") {
  auto scenario = outbox(1, true);
  SECTION("too many faults") {
    scenario.bounds.faults_max = 8;
    CHECK_THROWS_AS(explore::explore(scenario), InvalidRequest);
  }
  SECTION("too many preemptions") {
    scenario.bounds.preemptions_max = 9;
    CHECK_THROWS_AS(explore::explore(scenario), InvalidRequest);
  }
  SECTION("no messages") {
    scenario.messages.clear();
    CHECK_THROWS_AS(explore::explore(scenario), InvalidRequest);
  }
  SECTION("no processes") {
    scenario.processes.clear();
    CHECK_THROWS_AS(explore::explore(scenario), InvalidRequest);
  }
}

TEST_CASE("a report does not count faults that were not tried") {
  auto scenario = outbox(1, true);
  scenario.bounds.faults = {};
  CHECK(explore::explore(scenario).report.to_string().starts_with(
      "holds up to 1 message, 0 faults, "));
}
