#include "workshop/runner/runs/pictures.hpp"

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <filesystem>

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/verdict.hpp"

// The whole way of a picture: from a failing program of a lab to the page with the right run beside
// it.

using namespace workshop::runner;
namespace variable = workshop::protocol::variable;
namespace fs = std::filesystem;

namespace {

const fs::path kBuild = fs::path(RUNNER_LAB).parent_path() / "build-of-lab98";

ProgramRun run_lab(workshop::process::Variables environment = {},
                   const fs::path& pictures = pictures_folder(kBuild)) {
  ProgramRunOptions options;
  options.environment = std::move(environment);
  options.environment.emplace_back(variable::kPictures, pictures.string());
  return run_lab_program(RUNNER_LAB, runs_folder(kBuild), "lab98", options);
}

const TestResult& failure_in(const ProgramRun& run) {
  REQUIRE(run.results.tests.size() == 2);
  const auto& test = run.results.tests.front();
  REQUIRE(test.invariant == "duplicate effect");
  REQUIRE(run.results.tests.back().passed);
  return test;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

LabProgram solution() {
  return {
      .target = "lab98_solution", .label = "the solution of lab 98", .file = RUNNER_LAB_SOLUTION};
}

}  // namespace

TEST_CASE(
    "a failing test's picture lies in the folder that the runner names, a passing one has none") {
  fs::remove_all(kBuild);
  const auto run = run_lab();
  const auto& test = failure_in(run);
  CHECK(fs::path(test.picture) ==
        pictures_folder(kBuild) / "lab98.a-message-twice-or-more-often-is-counted-once.html");
  CHECK(fs::exists(test.picture));
  CHECK(run.results.tests.back().picture.empty());
  CHECK(test.painted_story.empty());
}

TEST_CASE("no picture is written where none is wanted") {
  fs::remove_all(kBuild);
  CHECK(failure_in(run_lab({}, {})).picture.empty());
  CHECK_FALSE(fs::exists(pictures_folder(kBuild)));
}

TEST_CASE("a story comes in colours as well when the runner asks for them") {
  const auto run = run_lab({{variable::kColor, "1"}});
  const auto& test = failure_in(run);
  CHECK(has(test.painted_story, "\x1b[1;31mduplicate effect"));
  CHECK_FALSE(has(test.story, "\x1b"));
}

TEST_CASE("the solution's run of the same schedule joins the page") {
  fs::remove_all(kBuild);
  const auto run = run_lab();
  const auto& test = failure_in(run);
  const auto before = read_file(test.picture);
  REQUIRE(join_right_run(solution(), kBuild, test));
  const auto page = read_file(test.picture);
  REQUIRE((before && page));
  CHECK(has(*before, R"(id="right-trace">null<)"));
  CHECK_FALSE(has(*page, R"(id="right-trace">null<)"));
  CHECK(has(*page, R"("program":"lab98_solution")"));
  CHECK(has(*page, R"("violation":null)"));
  CHECK(has(*page, "it follows the schedule where it matches"));
  CHECK(page->size() > before->size());
  CHECK_FALSE(join_right_run(solution(), kBuild, test));  // it is there already
}

TEST_CASE("without a solution's program, or with one that does not know the test, the page stays") {
  const auto run = run_lab();
  auto test = failure_in(run);
  const auto before = read_file(test.picture);
  auto program = solution();
  program.file = kBuild / "not-built";
  CHECK_FALSE(join_right_run(program, kBuild, test));
  test.name = "a test that nobody knows";
  CHECK_FALSE(join_right_run(solution(), kBuild, test));
  CHECK(read_file(test.picture) == before);
}

TEST_CASE("what is no page is not joined") {
  CHECK_FALSE(joined("", ""));
  CHECK_FALSE(joined("<html></html>", "<html></html>"));
}

TEST_CASE(
    "a replay reaches the second exploration of a test, and writes a picture when it passes") {
  const auto failed = run_lab();
  const auto schedule = failure_in(failed).schedule;
  fs::remove_all(pictures_folder(kBuild));
  const auto again = run_lab({{variable::kReplay, schedule}});
  const auto& test = failure_in(again);
  REQUIRE(test.replay);
  CHECK(has(*test.replay, "duplicate effect"));
  CHECK(test.replay_broken == "duplicate effect");
  CHECK(test.replay_left == "");
  CHECK(ending_of_replay(test).text == "On this schedule the test fails: duplicate effect.");
  CHECK(ending_of_replay(test).code == 1);
  CHECK_FALSE(again.results.tests.back().replay);

  // One delivery only: nothing breaks, and there is a picture all the same.
  const auto colon = schedule.find(':');
  const auto one = run_lab({{variable::kReplay, schedule.substr(0, colon) + ":1@Arlc!a"}});
  const auto& replayed = one.results.tests.front();
  REQUIRE(replayed.replay);
  CHECK(fs::exists(replayed.picture));
}

TEST_CASE("a replay that left its schedule does not say that the test passes on it") {
  const auto schedule = failure_in(run_lab()).schedule;
  ProgramRunOptions options;
  options.environment = {{variable::kReplay, schedule}};
  const auto left = run_lab_program(solution().file, runs_folder(kBuild), "lab98_left", options);
  const auto& test = left.results.tests.front();
  REQUIRE(test.replay);
  INFO(*test.replay);
  CHECK(has(*test.replay, "left the schedule at step 7 of 7: save of counter-1 cannot happen"));
  CHECK(test.passed);
  CHECK(test.replay_left == "step 7 of 7");
  const auto ending = ending_of_replay(test);
  CHECK(has(ending.text, "left this schedule at step 7 of 7"));
  CHECK_FALSE(has(ending.text, "passes"));
  CHECK(ending.code == 2);

  options.environment = {{variable::kReplay, schedule.substr(0, schedule.find('@')) + "@Arlc"}};
  const auto held = run_lab_program(solution().file, runs_folder(kBuild), "lab98_held", options);
  const auto followed = ending_of_replay(held.results.tests.front());
  CHECK(followed.text == "On this schedule the test passes.");
  CHECK(followed.code == 0);
}

TEST_CASE("a replay that breaks what its test wants to see broken says both") {
  TestResult test;
  test.passed = true;
  test.replay_broken = "duplicate effect";
  CHECK(ending_of_replay(test).text ==
        "On this schedule an invariant breaks: duplicate effect. The test passes, because it wants "
        "this to be found.");
  CHECK(ending_of_replay(test).code == 0);
  test.replay_left = "step 3 of 4";
  CHECK(has(ending_of_replay(test).text, "On that way an invariant breaks: duplicate effect."));
  CHECK(ending_of_replay(test).code == 1);
}

TEST_CASE("a corrupt schedule is refused with the position of what is wrong") {
  const auto run = run_lab({{variable::kReplay, "beef:1@Ar#"}});
  CHECK(has(run.results.refused_schedule, "position 10 of 'beef:1@Ar#'"));
  CHECK(run_lab({{variable::kReplay, "beef:1@Ar"}}).results.refused_schedule.empty());
}

TEST_CASE("a replay stops before a step, for a debugger") {
  const auto schedule = failure_in(run_lab()).schedule;
  const auto stopped = run_lab({{variable::kReplay, schedule}, {variable::kStopAt, "3"}});
  CHECK(stopped.process.signal == SIGTRAP);
  CHECK(has(stopped.process.output, "before step 3: save of counter-1"));
  const auto beyond = run_lab({{variable::kReplay, schedule}, {variable::kStopAt, "300"}});
  CHECK(beyond.process.signal == 0);
}

TEST_CASE("what hides the right run from a room stands in the command that replays as well") {
  const auto run = run_lab({{variable::kReplayOptions, variable::kHidesRightRun}});
  CHECK(has(failure_in(run).story, "replay: scripts/workshop replay 98 --no-diff '"));
  CHECK(has(failure_in(run_lab()).story, "replay: scripts/workshop replay 98 '"));
}
