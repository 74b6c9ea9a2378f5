#include "workshop/explore/further.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "planted_bugs.hpp"
#include "workshop/explore/drivers/random.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string all_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

const PlantedBug& bug(std::string_view name) {
  return *std::find_if(planted_bugs().begin(), planted_bugs().end(),
                       [&](const PlantedBug& planted) { return planted.name == name; });
}

std::optional<std::vector<Choice>> found_at_random(std::string_view name, std::uint64_t seed,
                                                   std::uint32_t pct_depth) {
  const auto scenario = bug(name).scenario();
  Execution execution(scenario, scenario.messages.size());
  RandomOptions options;
  options.executions_max = 3'000;
  options.seed = seed;
  options.pct_depth = pct_depth;
  return explore_at_random(execution, options).failing;
}

// Three handlers, the last of which must be overtaken twice: this takes more than two faults and
// two preemptions.
Task<void> third_time_unlucky(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  if (context.delivery().delivery_count >= 4) account.value.balance += command.amount;
  if (account.value.processed.insert(context.message().id.value).second) {
    account.value.balance += command.amount;
  }
  co_await context.store().save(account);
}

Scenario beyond_the_bound() {
  auto scenario = deposits(1, 1, &third_time_unlucky, {Fault::crash});
  scenario.queues.front().options.deliveries_max = 10;
  return scenario;
}

}  // namespace

TEST_CASE("a request reads its words and refuses others") {
  const auto options = FurtherOptions::parse("deeper=30 random=1000  seed=7 pct=3 threads=2 why");
  CHECK(options.deeper == std::chrono::seconds(30));
  CHECK(options.random_count == 1000);
  CHECK(options.seed == 7);
  CHECK(options.pct_depth == 3);
  CHECK(options.threads == 2);
  CHECK(options.why);
  CHECK(options.pruning);
  CHECK_FALSE(FurtherOptions::parse("pruning=off").pruning);
  CHECK_THROWS_WITH(FurtherOptions::parse("deeper"), ContainsSubstring("'deeper'"));
  CHECK_THROWS_WITH(FurtherOptions::parse("faults=8"), ContainsSubstring("at most 7"));
  CHECK_THROWS_WITH(FurtherOptions::parse("faster"), ContainsSubstring("'faster'"));
}

TEST_CASE("random walks and PCT find bugs of every kind, the same ones for the same seed") {
  for (const auto* name :
       {"blind-write", "look-then-insert", "early-return", "no-deduplication", "last-writer-wins",
        "counted-apart", "refusal-swallowed", "unknown-means-no", "retried-blindly"}) {
    CAPTURE(name);
    for (const std::uint32_t depth : {0U, 3U}) {
      CAPTURE(depth);
      const auto once = found_at_random(name, 5, depth);
      REQUIRE(once);
      CHECK(once == found_at_random(name, 5, depth));
      const auto scenario = bug(name).scenario();
      CHECK(trace_of(scenario, scenario.messages.size(), *once, "beef").violation);
    }
  }
}

TEST_CASE("a handler that is right survives random executions") {
  auto scenario = outbox(2, true);
  scenario.bounds.faults = Faults::all();
  Execution execution(scenario, 2);
  RandomOptions options;
  options.executions_max = 2'000;
  const auto result = explore_at_random(execution, options);
  CHECK_FALSE(result.failing);
  CHECK(result.executions_count == 2'000);
  CHECK(execution.depth() == 0);
}

TEST_CASE("raised bounds find what lies beyond the scenario's, as the shortest, and say where") {
  const auto scenario = beyond_the_bound();
  CHECK(explore::explore(scenario).holds());
  const auto time_max =
      GENERATE(std::chrono::milliseconds(20'000), std::chrono::milliseconds::max());
  const auto deeper = explore_deeper(scenario, "beef", time_max);
  REQUIRE(deeper.failure);
  CHECK(deeper.failure->violation->name == failure::kDuplicateEffect);
  CHECK_THAT(deeper.reached, ContainsSubstring("fails with 3 faults, 2 preemptions"));
  CHECK(deeper.failure->schedule == "beef:1@Ar!lr!lr!lrlc");
}

TEST_CASE("raised bounds say how far they came") {
  const auto scenario = outbox(2, true);
  // How far the search comes in 300 ms depends on the machine; on a busy one the first bound takes
  // longer.
  Deeper deeper;
  for (auto time = std::chrono::milliseconds(300); time < std::chrono::minutes(1); time *= 2) {
    deeper = explore_deeper(scenario, "beef", time);
    if (deeper.reached.starts_with("complete up to")) break;
  }
  CHECK_FALSE(deeper.failure);
  CHECK_THAT(deeper.reached, ContainsSubstring("complete up to 2 faults, 2 preemptions; ") &&
                                 ContainsSubstring("the time ran out within "));
}

TEST_CASE("an exploration that was asked for tells its figures, and which operations commute") {
  const auto scenario = outbox(2, true);
  const auto verdict =
      explore_further(scenario, "beef", FurtherOptions::parse("random=50 pct=2 seed=3 why"));
  CHECK(verdict.holds());
  const auto notes = all_of(verdict.notes);
  CHECK_THAT(notes, ContainsSubstring("holds up to 2 messages, 2 faults, 2 preemptions"));
  CHECK_THAT(notes, ContainsSubstring(" states, ") && ContainsSubstring(" operations run, "));
  CHECK_THAT(notes, ContainsSubstring("PCT of depth 2: no failure in 50 executions with up to 4"));
  CHECK_THAT(notes,
             ContainsSubstring("load Account account-1 | load Account account-1: both only"));
  CHECK_THAT(notes, ContainsSubstring(
                        "load Account account-1 | save Account account-1: the same document"));
}

TEST_CASE("a failure beyond the bounds fails the exploration that asked for it") {
  const auto verdict =
      explore_further(beyond_the_bound(), "beef", FurtherOptions::parse("random=5000 seed=1"));
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.shortest);
  CHECK_THAT(all_of(verdict.notes), ContainsSubstring("random: a failure in ") &&
                                        ContainsSubstring("; shortened from ") &&
                                        ContainsSubstring(", and none is shorter with "));
}

TEST_CASE("prove finds what needs more faults than the test has, and says how far it came") {
  auto scenario = bug("given-up-at-the-fourth-delivery").scenario();
  scenario.bounds.faults = {Fault::crash};
  scenario.bounds.faults_max = 1;
  REQUIRE(explore::explore(scenario).holds());  // the fourth delivery takes three crashes

  FurtherOptions options = FurtherOptions::parse("prove=60");
  const auto verdict = explore_further(scenario, "0000", options);
  REQUIRE(verdict.failure);
  CHECK_THAT(all_of(verdict.notes), ContainsSubstring("fails with 3 faults"));

  scenario.bounds.fixed = true;
  const auto left = explore_further(scenario, "0000", options);
  CHECK(left.holds());
  CHECK_THAT(all_of(left.notes), ContainsSubstring("as far as it is promised"));
}

TEST_CASE("an outage that outlasts deliveries is replayed as its schedule says, in other bounds") {
  auto scenario = bug("given-up-at-the-fourth-delivery").scenario();
  const auto verdict = explore::explore(scenario, "0000");
  REQUIRE(verdict.failure);
  scenario.bounds.faults_max = 2;  // now the bounds would end it a delivery earlier
  const auto again = follow(scenario, Schedule::parse(verdict.failure->schedule), {});
  REQUIRE(again.violation);
  CHECK(again.left_at == 0);
  CHECK(again.schedule == verdict.failure->schedule);
}
