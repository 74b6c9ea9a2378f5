#include "workshop/runner/runs/alone.hpp"

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

#include "workshop/runner/runs/verdict.hpp"

using namespace workshop::runner;
namespace fs = std::filesystem;

namespace {

ProgramRun run_once(const ProgramRunOptions& options) {
  return run_lab_program(RUNNER_REMEMBERING, fs::path(RUNNER_REMEMBERING).parent_path() / "alone",
                         "remembering", options);
}

std::string alone_of(RunResult run) {
  look_alone(RUNNER_REMEMBERING, fs::path(RUNNER_REMEMBERING).parent_path() / "alone", {}, run);
  const auto* told = first_failure(run);
  return told == nullptr ? "no failure" : told->alone;
}

}  // namespace

TEST_CASE("code with a static may remember something") {
  CHECK(may_remember("  static std::map<std::string, int> seen;"));
  CHECK(may_remember("thread_local std::string buffer;"));
  CHECK(may_remember("static int\n  count = 0;"));
}

TEST_CASE("code with constants and casts remembers nothing") {
  CHECK_FALSE(may_remember("static const int kMost = 3;"));
  CHECK_FALSE(may_remember("static constexpr int kMost = 3;"));
  CHECK_FALSE(may_remember("static inline constexpr int kMost = 3;"));
  CHECK_FALSE(may_remember("const auto n = static_cast<int>(size); static_assert(true);"));
  CHECK_FALSE(may_remember("int ecstatic = 0;"));
}

TEST_CASE("what a failure owes to the tests before it is told") {
  auto run = run_once({});
  REQUIRE(run.results.tests.size() == 3);
  CHECK(first_failure(run.results)->name == "so is this one");
  CHECK(alone_of(run.results) == "green");
}

TEST_CASE("a failure that is the same alone is told as it is") {
  auto run = run_once({});
  std::erase_if(run.results.tests, [](const TestResult& test) { return test.step() == 1; });
  REQUIRE(first_failure(run.results)->name == "and this fails in any process");
  CHECK(alone_of(run.results).empty());
  run.results.tests.clear();
  CHECK(alone_of(run.results) == "no failure");
}
