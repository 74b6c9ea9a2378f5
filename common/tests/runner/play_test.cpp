#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>

#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/play/play_program.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;

namespace {

const LabProgram kLab{"lab98", "lab 98", RUNNER_LAB};
const std::string kTest = "a message, [twice] or \"more\" often, is counted once";

}  // namespace

TEST_CASE("a lab's program is played, a command and an answer at a time") {
  const process::TemporaryFolder folder;
  PlayProgram program(kLab, kTest, "", folder.file("play.log"));
  CHECK_THAT(program.hello(), ContainsSubstring("\"verdict\":\"open\""));
  CHECK_THAT(program.ask("rubbish"), ContainsSubstring("{\"error\":\"not a command"));
  CHECK_THAT(program.ask("{\"take\":\n1}"), ContainsSubstring("\"steps\":1"));
  // The first exploration of the test holds.
  CHECK_THAT(program.ask(R"({"finish":true})"), ContainsSubstring("\"verdict\":\"at rest\""));
}

TEST_CASE("with a schedule, the exploration that it belongs to is played") {
  const process::TemporaryFolder folder;
  ProgramRunOptions options;
  options.environment = {{"WORKSHOP_PICTURES", ""}};
  const auto run = run_lab_program(RUNNER_LAB, folder.path(), "lab98", options);
  REQUIRE_FALSE(run.results.tests.empty());
  const auto& failing = run.results.tests.front();
  REQUIRE_FALSE(failing.schedule.empty());
  PlayProgram program(kLab, failing.name, failing.schedule, folder.file("play.log"));
  CHECK_THAT(program.ask("{\"goto\":\"" + failing.schedule + "\"}"),
             ContainsSubstring("\"verdict\":\"broken\""));
}

TEST_CASE("a test that comes to no exploration, or is none, is refused with the log's place") {
  const process::TemporaryFolder folder;
  CHECK_THROWS_WITH(PlayProgram(kLab, "no such test", "", folder.file("play.log")),
                    ContainsSubstring("comes to no exploration that can be played") &&
                        ContainsSubstring("play.log"));
  CHECK_THROWS_WITH(
      PlayProgram({"lab98", "lab 98", folder.file("gone")}, kTest, "", folder.file("play.log")),
      ContainsSubstring("lab 98 cannot be started"));
}
