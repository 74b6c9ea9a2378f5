#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>

#include "text_folder.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/runs/expectations.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
namespace fs = std::filesystem;

namespace {

TestResult of_step(const std::string& name, int step, const std::string& invariant = {}) {
  TestResult test;
  test.name = name;
  test.tags = {"step" + std::to_string(step)};
  test.ended = true;
  test.passed = invariant.empty();
  test.invariant = invariant;
  return test;
}

Findings step_1(std::vector<TestResult> tests) {
  RunResult run;
  run.started = run.ended = true;
  run.tests = std::move(tests);
  return expect_step(run, 1, {{"b", "garbage"}});
}

}  // namespace

TEST_CASE("a reference up to a step is green up to there, and the next step is red as declared") {
  CHECK(step_1({of_step("a", 1), of_step("b", 2, "garbage")}).errors.empty());
  CHECK(step_1({of_step("a", 1), of_step("b", 2, "garbage"), of_step("c", 3)}).errors.empty());
  const auto error = [](std::vector<TestResult> tests) {
    const auto found = step_1(std::move(tests));
    return found.errors.empty() ? std::string() : found.errors.front();
  };
  CHECK_THAT(error({of_step("a", 1, "lost message"), of_step("b", 2, "garbage")}),
             ContainsSubstring("\"a\" of step 1 failed as \"lost message\""));
  CHECK_THAT(error({of_step("a", 1), of_step("b", 2)}),
             ContainsSubstring("shall fail as \"garbage\", but is not red"));
  CHECK_THAT(error({of_step("a", 1), of_step("b", 2, "lost message")}),
             ContainsSubstring("shall fail as \"garbage\", but failed as \"lost message\""));
  CHECK(error({of_step("a", 1)}) == "no test of step 2 is red");
}

TEST_CASE(
    "the reference up to a step is the solution with the step's diff, and the last the whole") {
  process::TemporaryFolder folder(process::TemporaryFolder::Place::disk);
  const auto lab_folder = folder.path() / "labs" / "01-first";
  const auto solution = folder.path() / "solutions" / "01-first";
  write(lab_folder / "CMakeLists.txt", "SOURCES src/a.cpp");
  write(lab_folder / "README.md", "## Step 1: a\n## Step 2: b\n## Step 3: c\n");
  write(lab_folder / "src" / "a.cpp", "mine\n");
  write(solution / "src" / "a.cpp", "one\ntwo\n");
  write(solution / "steps" / "1.diff",
        "step: 1\n\n--- a/src/a.cpp\n+++ b/src/a.cpp\n@@ -1,2 +1,2 @@\n one\n-two\n+TODO\n");
  const Project project(folder.path());
  const auto lab = project.lab("1");
  CHECK(reference_of(project, lab, 1) == "one\nTODO\n");
  CHECK(reference_of(project, lab, 3) == "one\ntwo\n");
  CHECK_THROWS_WITH(reference_of(project, lab, 2), ContainsSubstring("no reference of lab 01 up"));
  CHECK_THROWS_WITH(reference_of(project, lab, 4), "lab 01 has the steps 1 to 3, not 4");
  write(solution / "src" / "a.cpp", "other\n");
  CHECK_THROWS_WITH(reference_of(project, lab, 1), ContainsSubstring("does not apply"));
}
