#include <catch2/catch_test_macros.hpp>
#include <string>

#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/page.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/protocol/tests.hpp"

using namespace workshop::protocol;

namespace {

Variant solution() { return {.solution = true, .mistake = {}}; }
Variant mistake(const std::string& name) { return {.solution = false, .mistake = name}; }

std::string words_for(const LabProgramName& program) {
  return command_words(read_program_name(name_of(program)));
}

}  // namespace

TEST_CASE("a program's name tells what a command must be told to find it") {
  CHECK(name_of({"08", {}}) == "lab08");
  CHECK(name_of({"08", solution()}) == "lab08_solution");
  CHECK(name_of({"08", mistake("random_ids")}) == "lab08_mistake_random_ids");
  CHECK(words_for({"08", {}}) == "8");
  CHECK(words_for({"10", solution()}) == "10 --solution");
  CHECK(words_for({"08", mistake("solution_of_lab_07")}) == "8 --mistake solution_of_lab_07");
}

TEST_CASE("programs with a specification's checks are named after whose sources they have") {
  CHECK(spec_name_of({"09", solution()}) == "lab09_spec");
  CHECK(spec_name_of({"09", {}}) == "lab09_spec_yours");
  CHECK(spec_name_of({"09", mistake("early")}) == "lab09_spec_mistake_early");
  CHECK(command_words(read_program_name("lab09_spec")) == "9");
}

TEST_CASE("a program that is no lab's has no words") {
  for (const char* name : {"common_explore", "lab", "labour", "lab_solution", ""}) {
    CAPTURE(name);
    CHECK(command_words(read_program_name(name)).empty());
  }
}

TEST_CASE("numbers are grouped by thousands, and nouns agree with them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1,000");
  CHECK(grouped(12'345'678) == "12,345,678");
  CHECK(counted(0, "test") == "0 tests");
  CHECK(counted(1, "test") == "1 test");
  CHECK(counted(8'601, "execution") == "8,601 executions");
}

TEST_CASE("nothing in a test's name is a pattern on the command line") {
  CHECK(test_argument("a plain name, with [tags] and a \"quote\"") ==
        "a plain name\\, with \\[tags\\] and a \\\"quote\\\"");
  CHECK(test_argument("~a*b\\c") == "\\~a\\*b\\\\c");
}

TEST_CASE("the place for a right run is where its parts are put") {
  CHECK(page::kNoRightTrace ==
        std::string(page::kRightTraceBegin) + "null" + std::string(page::kTraceEnd));
  CHECK(page::kNoRightPicture ==
        std::string(page::kRightPictureBegin) + std::string(page::kPictureEnd));
}
