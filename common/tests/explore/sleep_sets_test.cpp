#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <set>

#include "planted.hpp"
#include "workshop/explore/drivers/commutation.hpp"
#include "workshop/explore/explorer.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

struct Outcomes {
  std::set<std::uint64_t> at_rest;  ///< digests of the data, including versions
  std::set<std::string> failures;
  Ended ended = Ended::exhausted;
  std::uint64_t executions_count = 0;
};

Outcomes outcomes_of(const Scenario& scenario, bool sleep_sets, std::uint32_t faults_max) {
  Execution execution(scenario, scenario.messages.size());
  Outcomes outcomes;
  SearchObserver observer;
  observer.stop_at_failure = false;
  observer.at_rest = [&](const World& now) { outcomes.at_rest.insert(now.data_digest()); };
  observer.failed = [&](const World& now) {
    outcomes.failures.insert(now.oracle().violation()->name);
  };
  Search search(execution, observer);
  Search::Limits limits;
  limits.budget = {faults_max, 0};
  limits.free_preemptions = true;
  limits.prune = false;
  limits.sleep_sets = sleep_sets;
  limits.executions_max = 3'000'000;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  outcomes.ended = search.run(limits);
  outcomes.executions_count = search.counts().executions_count;
  return outcomes;
}

}  // namespace

TEST_CASE("sleep sets leave out interleavings, and no final state and no failure", "[large]") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  // Messages, one account, faults.
  struct Shape {
    int messages;
    bool one_account;
    std::uint32_t faults_max;
  };
  const auto shape =
      GENERATE(Shape{1, true, 2}, Shape{2, false, 0}, Shape{2, true, 0}, Shape{2, false, 1});
  auto scenario = planted_scenario(planted, shape.messages, shape.one_account);
  scenario.bounds.faults = Faults{Fault::crash, Fault::refused};
  scenario.queues[0].options.deliveries_max = 2;
  CAPTURE(planted.name, shape.messages, shape.one_account, shape.faults_max);
  const auto all = outcomes_of(scenario, false, shape.faults_max);
  const auto reduced = outcomes_of(scenario, true, shape.faults_max);
  CAPTURE(all.executions_count, reduced.executions_count);
  REQUIRE(all.ended != Ended::executions_max);
  REQUIRE(all.ended != Ended::time_max);
  CHECK(all.ended == reduced.ended);
  CHECK(all.at_rest == reduced.at_rest);
  CHECK(all.failures == reduced.failures);
  CHECK(reduced.executions_count <= all.executions_count);
}

TEST_CASE("two coroutines that touch nothing in common have few interleavings left") {
  auto scenario = pure(2, 7);
  scenario.search.sleep_sets = true;
  const auto verdict = explore::explore(scenario);
  CHECK(verdict.report.ended == Ended::exhausted);
  // A step that ends a process wakes all operations, so the last points are tried in both orders.
  CHECK(verdict.report.counts.executions_count < 100);  // of 3,432
}

TEST_CASE(
    "operations on different documents commute, reads commute, a write and a message do not") {
  const auto pending = [](OperationKind kind, std::uint64_t resource) {
    return PendingOperation{kind, 0, {}, resource};
  };
  using enum OperationKind;
  CHECK(commutation_of(pending(load, 1), pending(load, 1)).commute);
  CHECK(commutation_of(pending(load, 1), pending(save, 2)).commute);
  CHECK_FALSE(commutation_of(pending(load, 1), pending(save, 1)).commute);
  CHECK_FALSE(commutation_of(pending(load, 1), pending(save, 0)).commute);
  CHECK_FALSE(commutation_of(pending(load, 1), pending(batch, 0)).commute);
  CHECK(commutation_of(pending(save, 1), pending(erase, 2)).commute);
  CHECK(commutation_of(pending(load, 1), pending(publish, 0)).commute);
  CHECK_FALSE(commutation_of(pending(save, 1), pending(publish, 0)).commute);
  CHECK_FALSE(commutation_of(pending(receive, 0), pending(acknowledge, 0)).commute);
}
