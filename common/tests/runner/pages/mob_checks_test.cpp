#include "workshop/runner/mob/mob_checks.hpp"

#include <catch2/catch_test_macros.hpp>

#include "runner/text_folder.hpp"

using namespace workshop;
using namespace workshop::runner;

namespace {

TestResult red(std::string name, std::string invariant) {
  TestResult test;
  test.name = std::move(name);
  test.tags = {"step1"};
  test.ended = true;
  test.invariant = std::move(invariant);
  test.story = "1 receive";
  test.schedule = "d80a:1@Arlcparlc";
  test.picture = "/build/pictures/a.html";
  test.failures = {"REQUIRE( holds )"};
  return test;
}

TestResult thrown(std::string name, std::string what) {
  auto test = red(std::move(name), "");
  test.exception = std::move(what);
  test.story = test.schedule = test.picture = "";
  return test;
}

MobChecks taken(const TextFolder& folder, std::vector<TestResult> tests) {
  LabRun done;
  done.run.results.tests = std::move(tests);
  MobChecks checks;
  checks.take(done, Project(folder.path()));
  LabOnPage lab;
  lab.of_steps = {{1, "", "What to keep?", "The id."}};
  checks.find_questions(lab);
  return checks;
}

}  // namespace

TEST_CASE("while a handler remembers something, no other failure is told or asked about") {
  const TextFolder folder;
  auto open = thrown("open", "TODO");
  open.todo = "write it";
  auto checks =
      taken(folder, {thrown("erratic", "not deterministic: process 'a' did not do the same"),
                     red("booked", "lost effect"), open});
  CHECK(checks.tests[0].doubt.empty());
  CHECK(checks.tests[0].questions.size() == 1);
  const auto& doubted = checks.tests[1];
  CHECK(doubted.doubt.starts_with(
      "Not to be believed yet: the handler remembers something from another execution"));
  CHECK((doubted.picture.empty() && doubted.failures.empty() && doubted.schedule.empty()));
  CHECK(doubted.questions.empty());
  CHECK(checks.tests[2].doubt.empty());

  checks = taken(folder, {red("booked", "lost effect")});
  CHECK(checks.tests[0].doubt.empty());
  CHECK_FALSE(checks.tests[0].picture.empty());
  CHECK(checks.tests[0].questions.size() == 2);
}

TEST_CASE("an exception is told once, with what its test does") {
  TextFolder folder;
  folder.write("labs/08-identity/tests/a_test.cpp",
               "}  // namespace\n\nTEST_CASE(\"a\") {\n  deliver();\n}\n\nTEST_CASE(\"b\") {\n");
  auto test = thrown("a", "no such order");
  test.file = test.failed_file = (folder.path() / "labs/08-identity/tests/a_test.cpp").string();
  test.line = test.failed_line = 3;
  test.failures = {"REQUIRE( x )\nno such order", "no such order"};
  auto checks = taken(folder, {test});
  CHECK(checks.tests[0].done ==
        std::vector<std::string>{"TEST_CASE(\"a\") {", "  deliver();", "}"});
  CHECK(checks.tests[0].failures == std::vector<std::string>{"REQUIRE( x )\nno such order"});
  test.exception.reset();
  checks = taken(folder, {test});
  CHECK(checks.tests[0].done.back() == "TEST_CASE(\"a\") {");
}
