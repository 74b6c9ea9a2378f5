#include "workshop/runner/printing/proof.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <sstream>

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string kFurther =
    "proved up to 1 message, 3 faults, 3 preemptions (12 executions, complete)";
const std::string kPromised = "proved as far as it is promised: it holds up to 1 message";
const std::string kPartly =
    "proved up to 1 message, 2 faults; within 3 faults the time ran out (9 executions)";
const std::string kUntried = "wider bounds were not tried, since the time was over; it holds";

TestResult test(const std::string& name, bool harder, std::vector<std::string> notes = {}) {
  TestResult result;
  result.name = name;
  result.ended = true;
  result.passed = true;
  result.tags = {harder ? "exam" : "step1"};
  result.exploration_notes = std::move(notes);
  return result;
}

Conclusion conclusion(std::vector<TestResult> tests) {
  RunResult results;
  results.started = results.ended = true;
  results.tests = std::move(tests);
  return conclusion_of({.label = "lab 08",
                        .command = "scripts/workshop prove 8",
                        .time_s = 45,
                        .duration = std::chrono::milliseconds(4320)},
                       results);
}

std::string printed(const Conclusion& conclusion, std::size_t width) {
  std::ostringstream out;
  Console console(out, {.color = false, .width = width});
  print_conclusion(console, conclusion);
  return out.str();
}

}  // namespace

TEST_CASE("a proof ends with yes: what, up to which bounds, how long, and what is not proved") {
  CHECK(printed(conclusion({test("a", false, {kFurther}), test("b", true, {kPromised})}), 80) ==
        "Yes: lab 08 is proved, within the bounds of its tests.\n"
        "  Proved:     2 tests: the 1 of check, and 1 harder one\n"
        "  Explored:   they make 2 explorations, each complete as far as its test asks\n"
        "              1: further than their tests ask for, up to 3 faults, 3 preemptions\n"
        "              1: up to the bounds that their tests fix\n"
        "  Took:       4.32 s\n"
        "  Not proved: what is beyond these bounds: more messages, faults and preemptions\n");
  const auto stopped =
      printed(conclusion({test("a", false, {kFurther, kPartly, kUntried}), test("b", true)}), 200);
  CHECK_THAT(stopped, ContainsSubstring(
                          "they make 3 explorations, each complete as far as its test asks\n"));
  CHECK_THAT(stopped, ContainsSubstring("2: as far as their tests ask for; the clock ended the "
                                        "search for more\n"));
  CHECK_THAT(stopped,
             ContainsSubstring("Not proved: what is beyond these bounds; and in 2 explorations "
                               "what the search for more had still to try when the clock ended "
                               "it, after 3.75 s at most: nothing wrong was found until then\n"));
  CHECK_THAT(stopped, ContainsSubstring("scripts/workshop prove 8 --time 180, if you like"));
}

TEST_CASE("a proof that fails says where, and one thing that is next") {
  for (const bool harder : {false, true}) {
    auto red = test("a thousand payments", harder);
    red.passed = false;
    red.story = "lost effect";
    const auto no = conclusion({test("a", false, {kUntried}), red});
    CHECK_FALSE(no.holds);
    const auto words = printed(no, 200);
    CHECK_THAT(words, StartsWith("No: lab 08 is not right.\n  Fails: \"a thousand payments\"\n"));
    CHECK_THAT(words, ContainsSubstring(harder ? "which check leaves out" : "more faults"));
    CHECK_THAT(words,
               ContainsSubstring("Next:  mend what the story shows, then scripts/workshop "));
  }
}

TEST_CASE("a proof that fails without an execution promises no story") {
  auto red = test("a thousand payments", true);
  red.passed = false;
  red.failures = {"REQUIRE( failures.empty() )"};
  RunResult results;
  results.tests = {red};
  const auto words = printed(conclusion_of({.label = "lab 08",
                                            .command = "scripts/workshop prove 8",
                                            .again = "press v",
                                            .time_s = 45},
                                           results),
                             200);
  CHECK_THAT(words, !ContainsSubstring("story"));
  CHECK_THAT(words, ContainsSubstring("what it has found is above\n"));
  CHECK_THAT(words, ContainsSubstring("Next:  mend what it says, then press v\n"));
}

TEST_CASE("a proof tells how far the explorations went that went further") {
  const std::string less =
      "proved up to 2 messages, 2 faults, 3 preemptions (9 executions, complete)";
  CHECK_THAT(
      printed(conclusion({test("a", false, {kFurther, less, kPartly})}), 200),
      ContainsSubstring("  2: further than their tests ask for, up to 2 faults, 3 preemptions "
                        "at least, 3 faults, 3 preemptions at most\n"));
}

TEST_CASE("a conclusion has no line that is wider than the terminal") {
  std::istringstream lines(
      printed(conclusion({test("a", false, {kFurther, kPartly, kUntried}), test("b", true)}), 40));
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK((line.size() <= 40 || line.starts_with("Yes:")));
  }
}

TEST_CASE("many explorations are counted by how far they came") {
  CHECK(summary_of(counts_of({kFurther, kPromised, kPromised, kPartly, kUntried}),
                   "--all lists them") ==
        std::vector<std::string>{"5 explorations, and none of them fails (--all lists them):",
                                 "1 complete, with more faults and preemptions than check tries",
                                 "2 complete, and the test asks for no more",
                                 "2 complete as check is; the clock ended the search for more"});
  CHECK(
      summary_of(counts_of({kPromised, kPromised}), "") ==
      std::vector<std::string>{"2 explorations, and none of them fails: all complete, and the test "
                               "asks for no more"});
}

TEST_CASE("a note on an exploration says up to where it holds, and why no further") {
  CHECK(readable(kFurther) ==
        "holds up to 1 message, 3 faults, 3 preemptions (12 executions, complete), more than the "
        "test asks for");
  CHECK(readable(kPromised) == "holds up to 1 message; the test asks for no more");
  CHECK(readable(kPartly) ==
        "holds up to 1 message, 2 faults (complete); within 3 faults the time ran out (9 "
        "executions)");
  CHECK(readable(kUntried) == "holds; no time was left to try more");
}
