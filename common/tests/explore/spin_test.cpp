#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

using Catch::Matchers::ContainsSubstring;

TEST_CASE("a handler that spins without an operation ends as a failing test, not as a hang") {
  const auto file = std::filesystem::temp_directory_path() /
                    ("workshop_spin_" + std::to_string(std::rand()) + ".jsonl");
  const auto command = "WORKSHOP_SPIN_MS=300 WORKSHOP_RESULT_FILE='" + file.string() + "' '" +
                       std::string(WORKSHOP_SPINNING) + "' > /dev/null 2>&1";
  CHECK(std::system(command.c_str()) != 0);
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  std::filesystem::remove(file);
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
