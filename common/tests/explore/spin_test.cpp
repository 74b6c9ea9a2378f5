#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"

using Catch::Matchers::ContainsSubstring;

namespace {

struct Spun {
  int exit_code = 0;
  std::string results;
};

Spun run_spinning(std::vector<std::string> command) {
  namespace variable = workshop::protocol::variable;
  const workshop::process::TemporaryFolder folder;
  const auto file = folder.file("results.jsonl");
  command.insert(command.begin(), WORKSHOP_SPINNING);
  const auto run = workshop::process::run(
      command, {.environment = {{variable::kSpinMs, "300"}, {variable::kResultFile, file}}});
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return {run.exit_code, out.str()};
}

}  // namespace

TEST_CASE("a handler that spins without an operation ends as a failing test, not as a hang") {
  const auto [exit_code, text] = run_spinning({});
  CHECK(exit_code == workshop::protocol::kExitRed);
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("\"name\":\"a test before it passes\",\"passed\":true"));
  CHECK_THAT(text, ContainsSubstring("\"name\":\"the second deposit is made\",\"passed\":false"));
  CHECK_THAT(text, ContainsSubstring("\"invariant\":\"livelock\""));
  CHECK_THAT(text, ContainsSubstring("spins without an operation after step 6, load"));
  CHECK_THAT(text, ContainsSubstring("receive Deposit m2"));  // the story has the steps before it
  CHECK_THAT(text, ContainsSubstring("\"event\":\"run_ended\",\"passed\":1,\"failed\":1"));
  CHECK_THAT(text, !ContainsSubstring("a test after it"));
}

TEST_CASE(
    "an endless loop is told without a crash when it needs none, and with the line that runs") {
  const auto text = run_spinning({"no deposit is made"}).results;
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("spins without an operation after step 2, load"));
  CHECK_THAT(text, ContainsSubstring(" 1   receive Deposit m1"));
  CHECK_THAT(text, !ContainsSubstring("CRASH"));
  CHECK_THAT(text, ContainsSubstring("\"event\":\"crash_frames\",\"frames\":[\""));
}

TEST_CASE("an endless loop of a handler that a test runs by itself ends the test, with its line") {
  const auto text = run_spinning({"a deposit is made alone"}).results;
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("\"invariant\":\"livelock\""));
  CHECK_THAT(text, ContainsSubstring("one spins without an operation"));
  CHECK_THAT(text, ContainsSubstring("\"event\":\"crash_frames\",\"frames\":[\""));
}

TEST_CASE("so does one whose operations have no end, and the tests after it run") {
  const auto text = run_spinning({"an account is loaded alone,what is after that runs"}).results;
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("\"invariant\":\"livelock\""));
  CHECK_THAT(text, ContainsSubstring("after 50,000 co_awaits it is at spinning.cpp:"));
  CHECK_THAT(text, ContainsSubstring("spinning.cpp\",\"line\":"));
  CHECK_THAT(text, ContainsSubstring("\"name\":\"what is after that runs\",\"passed\":true"));
  CHECK_THAT(text, ContainsSubstring("\"event\":\"run_ended\",\"passed\":1,\"failed\":1"));
}
