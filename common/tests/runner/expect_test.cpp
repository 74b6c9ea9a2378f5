#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "workshop/runner/runs/expectations.hpp"
#include "workshop/runner/runs/replay_check.hpp"

using namespace workshop::runner;

namespace {

TestResult base(const std::string& name, const std::string& tag) {
  TestResult test;
  test.name = name;
  test.tags = {tag};
  test.ended = true;
  return test;
}

TestResult green(const std::string& name, const std::string& tag = "step1") {
  auto test = base(name, tag);
  test.passed = true;
  return test;
}

TestResult todo(const std::string& name, const std::string& tag = "step1") {
  auto test = base(name, tag);
  test.todo = "write it";
  return test;
}

TestResult violated(const std::string& name, const std::string& invariant,
                    const std::string& schedule = "1@A", const std::string& tag = "step1") {
  auto test = base(name, tag);
  test.invariant = invariant;
  test.schedule = schedule;
  return test;
}

TestResult asserted(const std::string& name, const std::string& tag = "step1") {
  auto test = base(name, tag);
  test.failures = {"REQUIRE( a == b )\nis 1 == 2"};
  return test;
}

TestResult thrown(const std::string& name) {
  auto test = base(name, "step1");
  test.exception = "bad alloc";
  return test;
}

TestResult skipped(const std::string& name, const std::string& reason) {
  auto test = base(name, "step1");
  test.skipped = true;
  test.skip_reason = reason;
  return test;
}

RunResult run_of(std::vector<TestResult> tests) {
  RunResult run;
  run.started = run.ended = true;
  run.tests = std::move(tests);
  return run;
}

/// Fails unless there is exactly one error, and it holds every one of `parts`.
void check_error(const Findings& findings, const std::vector<std::string>& parts) {
  REQUIRE(findings.errors.size() == 1);
  for (const auto& part : parts) {
    CAPTURE(findings.errors[0], part);
    CHECK(findings.errors[0].find(part) != std::string::npos);
  }
}

const MistakeHeader kHeader{"m", "w", "b", "duplicate effect"};

}  // namespace

TEST_CASE("a failure that a person cannot copy is none that a lab may have") {
  CHECK(long_schedules(run_of({violated("a", "garbage", std::string(120, 'A'))})).empty());
  const auto errors =
      long_schedules(run_of({green("b"), violated("a", "garbage", std::string(121, 'A'))}));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("\"a\" is replayed by 121 characters") == 0);
}

TEST_CASE("a skeleton that is red by its TODOs and as declared, with given tests green, is right") {
  const auto run =
      run_of({green("a", "given"), todo("b"), violated("c", "duplicate effect"), asserted("d")});
  const auto findings = expect_skeleton(run, read_reds({"c=duplicate effect", "d=assertion"}));
  CHECK(findings.errors.empty());
  CHECK(findings.summary == "3 tests red as declared, 1 given and green");
}

TEST_CASE("each way in which a skeleton is wrong is told with its test") {
  check_error(expect_skeleton(run_of({todo("a"), green("b")}), {}), {"\"b\" passes"});
  check_error(expect_skeleton(run_of({todo("a"), skipped("b", "why")}), {}), {"\"b\" is skipped"});
  check_error(expect_skeleton(run_of({asserted("b")}), {}), {"\"b\"", "todo", "REQUIRE( a == b )"});
  check_error(expect_skeleton(run_of({thrown("b")}), {}), {"\"b\"", "exception: bad alloc"});
  check_error(expect_skeleton(run_of({violated("b", "garbage")}), {}), {"\"b\"", "\"garbage\""});
  check_error(expect_skeleton(run_of({violated("b", "garbage")}), read_reds({"b=ghost message"})),
              {"\"b\"", "\"ghost message\"", "\"garbage\""});
  check_error(expect_skeleton(run_of({todo("b")}), read_reds({"b=assertion"})), {"TODO"});
  check_error(expect_skeleton(run_of({todo("a"), todo("b", "given")}), {}),
              {"\"b\" is [given], but failed"});
  check_error(expect_skeleton(run_of({todo("a")}), read_reds({"z=assertion"})),
              {"\"z\"", "no such test", "a"});
  check_error(expect_skeleton(run_of({green("a", "given")}), {}), {"no test waits"});
}

TEST_CASE("what a run says can be replayed is each failure and each command in a report") {
  auto reporting = green("a");
  reporting.explorations = {"duplicate effect: fails with 1 message (found in 3 executions)",
                            "scripts/workshop replay 10 '79c4:1@Arlp!'",
                            "scripts/workshop replay 10 --solution '80c5:2@Arl'"};
  const auto schedules = printed_schedules(
      run_of({reporting, violated("b", "lost message", "11aa:1@A"), violated("c", "bound", "")}));
  CHECK(schedules == std::vector<std::string>{"79c4:1@Arlp!", "80c5:2@Arl", "11aa:1@A"});
}

TEST_CASE("a schedule that no test of a program follows is told") {
  auto known = violated("a", "lost message", "ffff:1@A");
  const auto errors = check_replays(RUNNER_LAB, std::filesystem::temp_directory_path() / "replays",
                                    run_of({known}), {});
  REQUIRE(errors.size() == 1);
  CHECK(errors[0] == "its schedule ffff:1@A cannot be replayed: no test knows it");
}

TEST_CASE("a declared red without a reason, or twice, is refused") {
  CHECK_THROWS_AS(read_reds({"no reason"}), UserError);
  CHECK_THROWS_AS(read_reds({"no reason="}), UserError);
  CHECK_THROWS_AS(read_reds({"a=assertion", "a=todo"}), UserError);
  CHECK(read_reds({"1 = 1 holds=assertion"}).at("1 = 1 holds") == "assertion");
}

TEST_CASE("a solution has only green tests, or skipped ones that say why") {
  CHECK(expect_solution(run_of({green("a")})).errors.empty());
  const auto skips = expect_solution(run_of({green("a"), skipped("b", "no network")}));
  CHECK(skips.errors.empty());
  CHECK(skips.warnings.size() == 1);
  check_error(expect_solution(run_of({green("a"), skipped("b", " ")})), {"\"b\"", "why"});
  check_error(expect_solution(run_of({green("a"), violated("b", "lost message")})),
              {"\"b\"", "lost message"});
  check_error(expect_solution(run_of({})), {"no test passed"});
  check_error(expect_solution(run_of({skipped("b", "no network")})), {"no test passed"});
}

TEST_CASE("skipped tests say why unless something is wrong beside them") {
  auto run = run_of({green("a"), skipped("b", "no Java"), skipped("c", "no jar")});
  run.ended = true;
  CHECK(why_skipped(run) == "no Java");
  run.tests.push_back(violated("d", "lost message"));
  CHECK(why_skipped(run).empty());
  auto silent = run_of({skipped("b", " ")});
  silent.ended = true;
  CHECK(why_skipped(silent).empty());
  auto good = run_of({green("a")});
  good.ended = true;
  CHECK(why_skipped(good).empty());
}

TEST_CASE("a mistake is caught by the named test for the named reason") {
  CHECK(expect_mistake(run_of({green("a"), violated("b", "duplicate effect")}), kHeader)
            .errors.empty());
  check_error(expect_mistake(run_of({green("b")}), kHeader), {"\"b\" does not catch it"});
  check_error(expect_mistake(run_of({skipped("b", "x")}), kHeader), {"is skipped"});
  check_error(expect_mistake(run_of({asserted("b")}), kHeader),
              {"\"duplicate effect\"", "assertion"});
  check_error(expect_mistake(run_of({todo("b")}), kHeader), {"TODO"});
  check_error(expect_mistake(run_of({violated("a", "duplicate effect")}), kHeader),
              {"no such test"});
}

TEST_CASE("a mistake that fails tests of an earlier step too earns a warning") {
  const auto named = violated("b", "duplicate effect", "1@A", "step2");
  CHECK(expect_mistake(run_of({asserted("a", "step1"), named}), kHeader).warnings.size() == 1);
  CHECK(expect_mistake(run_of({asserted("a", "step2"), named}), kHeader).warnings.empty());
}

TEST_CASE("two runs have to agree in verdicts and schedules") {
  const auto one = run_of({violated("a", "garbage", "1@A")});
  CHECK(expect_same(one, one).errors.empty());
  check_error(expect_same(one, run_of({violated("a", "garbage", "1@B")})), {"\"1@A\"", "\"1@B\""});
  check_error(expect_same(one, run_of({green("a")})), {"verdicts", "garbage", "passed"});
  check_error(expect_same(one, run_of({})), {"1 test", "0"});
}

TEST_CASE("expect judges real programs: a crash and a silent one are errors, never green") {
  std::ostringstream out;
  Console console(out);
  ExpectOptions options;
  options.expectation = Expectation::solution;
  options.program = RUNNER_HELPER;
  CHECK(expect(console, options) == 2);
  CHECK(out.str().find("reported no results (exit code 0)") != std::string::npos);
  options.program = "/no/such/program";
  CHECK_THROWS_AS(expect(console, options), UserError);
}

TEST_CASE("expect mistake names the source whose comment is wrong") {
  const auto source = std::filesystem::path(RUNNER_HELPER).parent_path() / "no_comment.cpp";
  std::ofstream(source) << "int main() {}\n";
  std::ostringstream out;
  Console console(out);
  ExpectOptions options;
  options.expectation = Expectation::mistake;
  options.program = RUNNER_HELPER;
  options.source = source;
  try {
    expect(console, options);
    FAIL("a source without a comment was accepted");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find("no_comment.cpp") != std::string::npos);
  }
}
