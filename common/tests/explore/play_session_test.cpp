#include "workshop/explore/play/play_session.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <ctime>

#include "planted.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/explore/drivers/schedule.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/explore/story/narrator.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;

namespace {

const Planted& planted(std::string_view name) {
  const auto& all = planted_handlers();
  return *std::find_if(all.begin(), all.end(),
                       [&](const Planted& each) { return each.name == name; });
}

// Takes the choice with these words of this process.
void choose(PlaySession& session, std::string_view words, std::string_view process = {}) {
  const auto& choices = session.choices();
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const PlayChoice& each) {
    return each.words.find(words) != std::string::npos &&
           (process.empty() || each.process == process);
  });
  INFO("looked for: " << words);
  for (const auto& each : choices)
    UNSCOPED_INFO(each.key << " " << each.process << ": " << each.words);
  REQUIRE(found != choices.end());
  session.take(static_cast<std::size_t>(found - choices.begin()));
}

// Whatever was done before: the schedule alone leads to the same.
void check_like_a_replay(const Scenario& scenario, const PlaySession& session) {
  const auto trace = session.trace();
  const auto replayed = follow(scenario, Schedule::parse(session.schedule()));
  CHECK(trace.violation == replayed.violation);
  CHECK(trace.schedule == replayed.schedule);
  REQUIRE(trace.steps.size() == replayed.steps.size());
  for (std::size_t i = 0; i < trace.steps.size(); ++i) {
    CHECK(trace.steps[i].text() == replayed.steps[i].text());
    CHECK(trace.steps[i].deciding == replayed.steps[i].deciding);
  }
  CHECK(svg_of(trace, {}) == svg_of(replayed, {}));
}

Task<void> with_a_todo(const Deposit& command, HandlerContext& context) {
  co_await context.store().load<Account>(command.account);
  todo(2, "save it");
}

}  // namespace

TEST_CASE("a person reaches a violation, undoes it, and reaches it in fewer steps") {
  const auto scenario = planted_scenario(planted("no deduplication"), 1, true);
  PlaySession session(scenario, 1, "beef");
  CHECK(session.depth() == 0);
  CHECK(session.schedule() == "beef:1@");
  // Crashed before its acknowledgement, the message comes again.
  choose(session, "receive");
  session.finish();
  REQUIRE(session.at_rest());
  CHECK_FALSE(session.violation());
  session.back(1);
  CHECK_FALSE(session.at_rest());
  choose(session, "a crash before acknowledge");
  session.finish();
  REQUIRE(session.violation());
  CHECK(session.violation()->name == failure::kDuplicateEffect);
  CHECK(session.choices().empty());
  CHECK(session.cost().faults == 1);
  check_like_a_replay(scenario, session);
  const auto before = session.cost();

  const auto broken = session.schedule();
  session.back(1);
  CHECK_FALSE(session.violation());
  CHECK(session.choices().size() > 0);
  session.back(3);
  CHECK(session.undone_count() == 4);
  session.forth(4);
  CHECK(session.violation());
  CHECK(session.schedule() == broken);
  check_like_a_replay(scenario, session);
  session.back(1000);
  CHECK(session.depth() == 0);
  choose(session, "DUPLICATED");
  session.finish();
  REQUIRE(session.violation());
  CHECK(session.violation()->name == failure::kDuplicateEffect);
  check_like_a_replay(scenario, session);

  session.back(1000);
  choose(session, "receive");
  choose(session, "load");
  choose(session, "save");
  choose(session, "a crash before publish");
  session.finish();
  REQUIRE(session.violation());
  CHECK(session.cost().steps < before.steps);
  check_like_a_replay(scenario, session);
}

TEST_CASE("each failure that is found can be gone to, and left again") {
  for (const auto& each : planted_handlers()) {
    if (each.found_as.empty()) continue;
    CAPTURE(each.name);
    const auto scenario = planted_scenario(each, 2, true);
    const auto verdict = explore::explore(scenario, "beef");
    REQUIRE(verdict.failure);
    PlaySession session(scenario, 2, "beef");
    session.go_to(verdict.failure->schedule);
    REQUIRE(session.violation());
    CHECK(session.violation()->name == each.found_as);
    CHECK(session.schedule() == verdict.failure->schedule);
    CHECK(session.cost().faults <= verdict.report.bounds.faults_max);
    CHECK(session.within_bounds());
    check_like_a_replay(scenario, session);
    session.back(1);
    CHECK_FALSE(session.violation());
  }
}

TEST_CASE("what cannot be done is refused, and nothing has happened") {
  const auto scenario = planted_scenario(planted("no deduplication"), 1, true);
  PlaySession session(scenario, 1, "beef");
  choose(session, "receive");
  const auto before = session.schedule();
  CHECK_THROWS_WITH(session.take(99), ContainsSubstring("there is no choice 100: there are 1 to"));
  CHECK_THROWS_WITH(session.go_to("nonsense"), ContainsSubstring("not a schedule"));
  CHECK_THROWS_WITH(session.go_to("cafe:1@Ar"), ContainsSubstring("of another exploration"));
  CHECK_THROWS_WITH(session.go_to("beef:9@Ar"), ContainsSubstring("9 messages"));
  CHECK_THROWS_WITH(session.go_to("beef:1@Arrr"), ContainsSubstring("beyond step 1 of 3"));
  session.back(0);
  CHECK(session.schedule() == before);
  CHECK_FALSE(session.choices().empty());
}

TEST_CASE("where the handler has a TODO, the choice says so and cannot be taken") {
  const auto scenario = outbox(1, true, &with_a_todo);
  PlaySession session(scenario, 1, "beef");
  choose(session, "receive");
  CHECK_THROWS_WITH(session.take(0), ContainsSubstring("the TODO of step 2: save it"));
  CHECK(session.schedule() == "beef:1@Ar");
  CHECK_THROWS_WITH(session.finish(), ContainsSubstring("the TODO of step 2"));
  CHECK(session.schedule() == "beef:1@Ar");
  choose(session, "a crash before");
  CHECK(session.schedule() == "beef:1@Ar!l");
}

TEST_CASE("the number of a process is its key, and each fault has a letter") {
  const auto scenario = planted_scenario(planted("outbox"), 2, true);
  PlaySession session(scenario, 2, "beef");
  choose(session, "receive", scenario.processes[0].name);
  std::vector<std::string> keys;
  for (const auto& each : session.choices()) {
    keys.push_back(each.key);
    if (each.choice.decision == Decision::proceed) {
      CHECK(each.key == std::to_string(each.choice.process + 1));
    }
  }
  std::sort(keys.begin(), keys.end());
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  CHECK(keys.size() > 2);
}

TEST_CASE("a click takes no half a second of the processor, its picture included") {
  const auto scenario = planted_scenario(planted("outbox"), 2, true);
  PlaySession session(scenario, 2, "beef");
  double longest_ms = 0;  // of the processor: whoever else uses it does not decide
  for (int step = 0; step < 60 && !session.choices().empty(); ++step) {
    const auto begin = std::clock();
    session.take(step % 5 == 4 ? session.choices().size() - 1 : 0);
    const auto picture = svg_of(session.trace(), {});
    REQUIRE_FALSE(picture.empty());
    const auto took_ms = 1'000.0 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    longest_ms = std::max(longest_ms, took_ms);
  }
  INFO("longest of " << session.depth() << " clicks: " << longest_ms << " ms");
  CHECK(longest_ms < 500);  // in a build without optimisation, too
}
