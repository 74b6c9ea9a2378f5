#include "workshop/explore/drivers/schedule.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "planted.hpp"
#include "workshop/explore/session.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

TEST_CASE("a schedule reads as it was written") {
  const auto text =
      GENERATE(as<std::string>{}, "3f9a:2@ArlcB+rl!cArlcpaB~lxcn", "0000:1@", "a:1@A^2r@r");
  CHECK(Schedule::parse(text).to_string() == text);
}

TEST_CASE("a schedule of handlers that disturb each other by turns is short") {
  std::string text = "e5d2:1@BrlchAjlckCrlchAjlck";
  for (int i = 0; i < 9; ++i) text += "BicnrlchAjlckCicnrlchAjlck";
  const auto schedule = Schedule::parse(text);
  CHECK(schedule.to_string() == "e5d2:1@BrlchAjlckC(rlchAjlckBicnrlchAjlckCicn)9rlchAjlck");
  CHECK(Schedule::parse(schedule.to_string()) == schedule);
}

TEST_CASE("a corrupt schedule is refused with the position of what is wrong") {
  const auto [text, position] =
      GENERATE(std::pair{"", "position 1"}, std::pair{"3f9a", "position 5"},
               std::pair{"3f9a:x@Ar", "position 6"}, std::pair{"3f9a:2Ar", "position 7"},
               std::pair{"3f9a:2@rl", "position 8"}, std::pair{"3f9a:2@Ar!", "position 11"},
               std::pair{"3f9a:2@ArQ", "position 11"}, std::pair{"3f9a:2@Ar#", "position 10"},
               std::pair{"3f9a:2@A^r", "position 10"},
               std::pair{"3f9a:1@Ar()386229930", "nothing between '(' and ')' at position 10"},
               std::pair{"3f9a:1@A(rl)90000", "too large a number at position 13"});
  CAPTURE(text);
  CHECK_THROWS_WITH(Schedule::parse(text), Catch::Matchers::ContainsSubstring(position));
}

TEST_CASE("a failure's schedule replays the failure, step by step") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  if (planted.found_as.empty()) return;
  CAPTURE(planted.name);
  auto scenario = planted_scenario(planted, 2, true);
  const auto verdict = explore::explore(scenario, "beef");
  REQUIRE(verdict.failure);
  const auto replayed = follow(scenario, Schedule::parse(verdict.failure->schedule));
  CHECK(replayed.left_schedule.empty());
  CHECK(replayed.violation == verdict.failure->violation);
  CHECK(replayed.schedule == verdict.failure->schedule);
  REQUIRE(replayed.steps.size() == verdict.failure->steps.size());
  for (std::size_t i = 0; i < replayed.steps.size(); ++i) {
    CHECK(replayed.steps[i].text() == verdict.failure->steps[i].text());
  }
}

TEST_CASE(
    "a schedule from before an edit is followed as far as it matches, and says where it left") {
  // Recorded with a handler that publishes first; this handler loads and saves first.
  auto scenario = outbox(1, true);
  const auto trace = follow(scenario, Schedule::parse("beef:1@Arlpc"));
  CHECK_THAT(trace.left_schedule, Catch::Matchers::ContainsSubstring("step 3 of 4"));
  CHECK_THAT(trace.left_schedule,
             Catch::Matchers::ContainsSubstring("publish of accounts-1 cannot happen"));
  CHECK_FALSE(trace.violation);
  CHECK(trace.steps.size() == 6);  // it went on to the end: receive, load, save, publish, save, ack
}

TEST_CASE("followed loosely, a schedule shows what another handler makes of its faults") {
  // Recorded with a handler that publishes first, and crashes before it saves. This handler crashes
  // there, too, but has published nothing by then.
  auto scenario = outbox(1, true);
  const auto trace = follow(scenario, Schedule::parse("beef:1@Arlp!c"), {.loosely = true});
  CHECK_FALSE(trace.violation);
  CHECK(trace.left_schedule.empty());
  const auto crash =
      std::find_if(trace.steps.begin(), trace.steps.end(),
                   [](const TraceStep& step) { return step.decision == Decision::crash; });
  REQUIRE(crash != trace.steps.end());
  CHECK(crash->text() == "CRASH before save Account account-1");
  CHECK(crash - trace.steps.begin() == 2);
  CHECK(trace.steps.back().kind == OperationKind::acknowledge);
}

TEST_CASE(
    "followed loosely, a fault whose operation never comes strikes before the end, or not at all") {
  auto scenario = outbox(1, true);
  const auto crashed = follow(scenario, Schedule::parse("beef:1@Arl!e"), {.loosely = true});
  CHECK(std::any_of(crashed.steps.begin(), crashed.steps.end(), [](const TraceStep& step) {
    return step.text() == "CRASH before acknowledge";
  }));
  const auto refused = follow(scenario, Schedule::parse("beef:1@Arlxe"), {.loosely = true});
  CHECK(std::all_of(refused.steps.begin(), refused.steps.end(),
                    [](const TraceStep& step) { return step.decision == Decision::proceed; }));
  CHECK_THAT(refused.went_on, Catch::Matchers::ContainsSubstring("2 of 3 steps"));
}

TEST_CASE("followed loosely, a schedule that matches is followed to the letter") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  if (planted.found_as.empty()) return;
  auto scenario = planted_scenario(planted, 2, true);
  const auto verdict = explore::explore(scenario, "beef");
  REQUIRE(verdict.failure);
  const auto replayed =
      follow(scenario, Schedule::parse(verdict.failure->schedule), {.loosely = true});
  CHECK(replayed.schedule == verdict.failure->schedule);
  CHECK(replayed.violation == verdict.failure->violation);
}

TEST_CASE(
    "a debugger gets its turn before each step, and those after the schedule's end count on") {
  std::vector<std::size_t> steps;
  std::vector<std::string> whats;
  FollowOptions options;
  options.before_step = [&](std::size_t step, const std::string& what) {
    steps.push_back(step);
    whats.push_back(what);
  };
  const auto trace = follow(outbox(1, true), Schedule::parse("beef:1@Arl"), options);
  REQUIRE(steps.size() == trace.steps.size());
  CHECK(steps.size() == 6);
  for (std::size_t i = 0; i < steps.size(); ++i) CHECK(steps[i] == i + 1);
  CHECK(whats[1] == "load of accounts-1");
  CHECK(whats[5] == "acknowledge of accounts-1");
}

TEST_CASE("a schedule of a right handler is told as well, without a broken invariant") {
  auto scenario = outbox(1, true);
  const auto trace = follow(scenario, Schedule::parse("beef:1@Arlc!prlpca"));
  CHECK(trace.left_schedule.empty());
  CHECK_FALSE(trace.violation);
}

TEST_CASE("a schedule with more messages than the scenario is refused") {
  CHECK_THROWS_AS(follow(outbox(1, true), Schedule::parse("beef:2@Ar")), InvalidRequest);
}

TEST_CASE("in a test, the second exploration has a tag of its own") {
  auto& now = session();
  const auto before = now;
  now = {};
  now.test_name = "some test";
  auto scenario = outbox(1, true, planted_handlers()[1].handle);
  const auto first = explore_in_test(scenario);
  const auto second = explore_in_test(scenario);
  REQUIRE(first.failure);
  CHECK(first.failure->schedule != second.failure->schedule);

  now.explorations_count = 0;
  now.replay = second.failure->schedule;
  CHECK(explore_in_test(scenario).skipped);
  const auto replayed = explore_in_test(scenario);
  CHECK(replayed.replayed);
  CHECK_FALSE(replayed.holds());
  CHECK(now.replay_matched);
  now = before;
}

TEST_CASE("a long schedule is folded where it goes round, and unfolds to the same steps") {
  std::string text = "12a4:0@AlcB";
  for (int i = 0; i < 98; ++i) text += "lc";
  const auto schedule = Schedule::parse(text);
  CHECK(schedule.steps.size() == 2 + 2 * 98);
  CHECK(schedule.to_string() == "12a4:0@AlcB(lc)98");
  CHECK(Schedule::parse(schedule.to_string()) == schedule);

  text = "12a4:3@A";  // the digit behind the group is no part of its number
  for (int i = 0; i < 40; ++i) text += "^2rlc";
  text += "^1rlcBrl";
  const auto numbered = Schedule::parse(text);
  CHECK(numbered.to_string().size() < 60);
  CHECK(Schedule::parse(numbered.to_string()) == numbered);
}

TEST_CASE("a folded schedule that is not whole is refused with its position") {
  const auto why = [](const std::string& text) -> std::string {
    try {
      Schedule::parse(text);
    } catch (const InvalidRequest& error) {
      return error.what();
    }
    return "";
  };
  CHECK(why("12a4:0@A(lc").find("a '(' without its ')' at position 9") != std::string::npos);
  CHECK(why("12a4:0@A(lc)").find("the number behind a ')' is missing at position 13") !=
        std::string::npos);
  CHECK(why("12a4:0@A(l(c)2)3").find("a '(' within another one") != std::string::npos);
  CHECK(why("12a4:0@A(lc)4000000000").find("too large a number") != std::string::npos);
}
