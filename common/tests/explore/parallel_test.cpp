#include "workshop/explore/drivers/parallel.hpp"

#include <catch2/catch_test_macros.hpp>

#include "planted_bugs.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/explore/explorer.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

Search::Limits limits_of(const Scenario& scenario) {
  Search::Limits limits;
  limits.budget = {scenario.bounds.faults_max, scenario.bounds.preemptions_max};
  limits.executions_max = 10'000'000;
  limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  return limits;
}

Scenario large() {
  auto scenario = outbox(2, true);
  scenario.bounds.faults = Faults::all();
  return scenario;
}

// Fails only with two crashes and two preemptions together, so it is found late in a large search.
Task<void> fails_late(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (context.delivery().delivery_count >= 3) account.value.balance += command.amount;
  if (apply_once(account.value, command, context)) co_await context.store().save(account);
  co_await context.publish(event_of(command, context));
}

}  // namespace

TEST_CASE("threads that share a search see exactly the states that one thread sees") {
  const auto scenario = large();
  Execution execution(scenario, 2);
  Search alone(execution);
  const auto limits = limits_of(scenario);
  REQUIRE(alone.run(limits) == Ended::exhausted);
  for (const std::uint32_t threads : {2U, 3U}) {
    SearchCounts counts;
    const auto seen = std::make_shared<SeenStates>(true);
    CHECK(search_in_parallel(scenario, 2, limits, threads, seen, counts) == Ended::exhausted);
    // The threads begin a few steps below the root, and do not count the states above.
    CHECK(counts.states_count <= alone.counts().states_count);
    CHECK(counts.states_count + 300 >= alone.counts().states_count);
  }
}

TEST_CASE("a large exploration by threads has the verdict of one thread") {
  auto scenario = large();
  const auto alone = explore::explore(scenario);
  scenario.search.threads = 2;
  const auto shared = explore::explore(scenario);
  CHECK(shared.holds());
  CHECK(shared.report.ended == Ended::exhausted);
  CHECK(shared.report.threads_count == 2);
  CHECK(shared.report.to_string() == explore::explore(scenario).report.to_string());
  CHECK(shared.report.to_string().find(" states, complete)") != std::string::npos);
  // The threads do not count the states above those at which they begin.
  CHECK(shared.report.counts.states_count <= alone.report.counts.states_count);
  CHECK(shared.report.counts.states_count + 300 >= alone.report.counts.states_count);
}

TEST_CASE("a failure that threads find is told as one thread finds it") {
  auto scenario = deposits(2, 2, &fails_late, Faults::all());
  scenario.messages_min = 2;
  scenario.queues.front().options.deliveries_max = 10;
  const auto alone = explore::explore(scenario);
  scenario.search.threads = 2;
  scenario.search.share_from_states = 0;
  const auto shared = explore::explore(scenario);
  REQUIRE_FALSE(alone.holds());
  REQUIRE_FALSE(shared.holds());
  CHECK(shared.failure->schedule == alone.failure->schedule);
  CHECK(shared.report.to_string() == alone.report.to_string());
  CHECK(shared.shortest);

  SearchCounts counts;
  CHECK(search_in_parallel(scenario, 2, limits_of(scenario), 2, std::make_shared<SeenStates>(true),
                           counts) == Ended::failure);
}

TEST_CASE("a search by threads that a bound ends says so, and what a TODO throws passes through") {
  const auto scenario = large();
  auto limits = limits_of(scenario);
  limits.executions_max = 500;
  SearchCounts counts;
  CHECK(search_in_parallel(scenario, 2, limits, 2, std::make_shared<SeenStates>(true), counts) ==
        Ended::executions_max);

  const auto unfinished = deposits(1, 1,
                                   [](const Deposit&, HandlerContext& context) -> Task<void> {
                                     co_await context.store().load<Account>("a");
                                     todo(1, "write the handler");
                                   },
                                   {Fault::crash});
  CHECK_THROWS_AS(search_in_parallel(unfinished, 1, limits_of(unfinished), 2,
                                     std::make_shared<SeenStates>(true), counts),
                  Todo);
}
