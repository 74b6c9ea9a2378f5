#include "workshop/runner/printing/proof.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;

namespace {

const std::string kFurther = "proved up to 3 faults, 3 preemptions (12 executions)";
const std::string kPromised = "proved as far as it is promised: it holds up to 1 message";
const std::string kPartly =
    "proved up to 2 faults; within 3 faults the time ran out (9 executions)";
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

std::string conclusion(std::vector<TestResult> tests) {
  RunResult results;
  results.started = results.ended = true;
  results.tests = std::move(tests);
  return conclusion_of("lab 08", "scripts/workshop prove 8", 45, results);
}

}  // namespace

TEST_CASE("the last line of a proof begins with yes or no") {
  CHECK(conclusion({test("a", false, {kFurther}), test("b", true, {kPromised})}) ==
        "Yes: lab 08 is proved, as far as each test says above (2 tests: the 1 of check, and 1 "
        "harder one).");

  const auto stopped =
      conclusion({test("a", false, {kFurther, kPartly, kUntried}), test("b", true)});
  CHECK_THAT(stopped, StartsWith("Yes: lab 08 is proved as far as its tests promise (2 tests"));
  CHECK_THAT(stopped,
             ContainsSubstring(
                 "Of 3 explorations, 2 had more to try when their share of the 45 s was over "
                 "(3.75 s at most for each), and had found nothing wrong."));
  CHECK_THAT(stopped, ContainsSubstring("scripts/workshop prove 8 --time 180 tries more"));
}

TEST_CASE("a proof that fails says where, and what is next") {
  for (const bool harder : {false, true}) {
    auto red = test("a thousand payments", harder);
    red.passed = false;
    const auto words = conclusion({test("a", false, {kUntried}), red});
    CHECK_THAT(words, StartsWith("No: lab 08 is not right. \"a thousand payments\" fails, "));
    CHECK_THAT(words, ContainsSubstring(harder ? "which check leaves out" : "with more faults"));
    CHECK_THAT(words, ContainsSubstring("Next: mend what its story shows, then scripts/workshop "));
  }
}

TEST_CASE("many explorations are counted by how far they came") {
  CHECK(summary_of(counts_of({kFurther, kPromised, kPromised, kPartly, kUntried})) ==
        "5 explorations: 1 proved beyond their own bounds, 2 proved within them, which is all that "
        "is promised, 2 proved within them, and stopped by the clock beyond (--all lists them)");
}
