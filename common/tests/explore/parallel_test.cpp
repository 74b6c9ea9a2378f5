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

// Of the whole search; the threads begin a few steps below the root, and count only what they see.
std::uint64_t states_seen_by(const Scenario& scenario, std::uint32_t threads) {
  SearchCounts counts;
  const auto seen = std::make_shared<SeenStates>(true);
  CHECK(search_in_parallel(scenario, 2, limits_of(scenario), threads, seen, counts) ==
        Ended::exhausted);
  return counts.states_count;
}

TEST_CASE("threads that share a search see exactly the states that one thread sees") {
  auto scenario = large();
  scenario.bounds.faults = {Fault::crash,      Fault::reorder, Fault::lease_expiry, Fault::refused,
                            Fault::unanswered, Fault::outage,  Fault::busy};
  Execution execution(scenario, 2);
  Search alone(execution);
  REQUIRE(alone.run(limits_of(scenario)) == Ended::exhausted);
  const auto by_two = states_seen_by(scenario, 2);
  CHECK(states_seen_by(scenario, 2) == by_two);
  for (const auto count : {by_two, states_seen_by(scenario, 3)}) {
    CHECK(count <= alone.counts().states_count);
    CHECK(count + 300 >= alone.counts().states_count);
  }
}

// Two copies of a message are received in either order, and the attempts at them are numbered in
// that order. States that differ only in how often a message was received so far count as one, and
// the number of the next attempt is then that of whichever way came first: among threads, chance.
TEST_CASE("with copies of messages, threads count the states up to the names of attempts") {
  const auto scenario = large();
  Execution execution(scenario, 2);
  Search alone(execution);
  REQUIRE(alone.run(limits_of(scenario)) == Ended::exhausted);
  const auto states_count = alone.counts().states_count;
  const auto count = states_seen_by(scenario, 3);
  CHECK(count + states_count / 1000 >= states_count);
  CHECK(count <= states_count + states_count / 1000);
}

TEST_CASE("a large exploration by threads has the verdict of one thread") {
  auto scenario = large();
  const auto alone = explore::explore(scenario);
  scenario.search.threads = 2;
  const auto shared = explore::explore(scenario);
  CHECK(shared.holds());
  CHECK(shared.report.ended == Ended::exhausted);
  CHECK(shared.report.threads_count == 2);
  const auto without_count = [](const std::string& text) { return text.substr(0, text.find('(')); };
  CHECK(without_count(shared.report.to_string()) == without_count(alone.report.to_string()));
  CHECK(shared.report.to_string().find(" states, complete)") != std::string::npos);
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
