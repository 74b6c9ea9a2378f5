#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <sstream>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/variables.hpp"

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a handler that spins without an operation ends as a failing test, not as a hang") {
  namespace variable = workshop::protocol::variable;
  const workshop::process::TemporaryFolder folder;
  const auto file = folder.file("results.jsonl");
  const auto run = workshop::process::run(
      {WORKSHOP_SPINNING},
      {.environment = {{variable::kSpinMs, "300"}, {variable::kResultFile, file}}});
  CHECK(run.exit_code == workshop::protocol::kExitRed);
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  const auto text = out.str();
  CAPTURE(text);
  CHECK_THAT(text, ContainsSubstring("\"name\":\"a test before it passes\",\"passed\":true"));
  CHECK_THAT(text, ContainsSubstring("\"name\":\"the second deposit is made\",\"passed\":false"));
  CHECK_THAT(text, ContainsSubstring("\"invariant\":\"livelock\""));
  CHECK_THAT(text, ContainsSubstring("spins without an operation after step 8, load"));
  CHECK_THAT(text, ContainsSubstring("receive Deposit m2"));  // the story has the steps before it
  CHECK_THAT(text, ContainsSubstring("\"event\":\"run_ended\",\"passed\":1,\"failed\":1"));
  CHECK_THAT(text, !ContainsSubstring("a test after it"));
}
