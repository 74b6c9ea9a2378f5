#include "workshop/runner/runs/verdict.hpp"

#include <catch2/catch_test_macros.hpp>
#include <csignal>

using namespace workshop::runner;

namespace {

const std::string kStarted = R"({"event":"run_started","program":"lab08"})"
                             "\n";
const std::string kEnded = R"({"event":"run_ended","passed":1,"failed":0})"
                           "\n";

std::string test_started(const std::string& name, const std::string& tags, int line = 1) {
  return R"({"event":"test_started","name":")" + name + R"(","tags":[)" + tags +
         R"(],"file":"t.cpp","line":)" + std::to_string(line) + "}\n";
}

std::string test_ended(const std::string& name, bool passed) {
  return R"({"event":"test_ended","name":")" + name + R"(","passed":)" +
         (passed ? "true" : "false") +
         R"(,"skipped":false,"todo":null,"failures":["REQUIRE x"]})"
         "\n";
}

workshop::process::Result exited(int code) {
  workshop::process::Result process;
  process.exit_code = code;
  return process;
}

workshop::process::Result killed(int signal) {
  workshop::process::Result process;
  process.signal = signal;
  return process;
}

std::string problem(const workshop::process::Result& process, const std::string& results) {
  const auto verdict = judge("lab 08", process, read_results(results));
  CHECK(verdict.judgement == Judgement::unjudged);
  return verdict.problem;
}

}  // namespace

TEST_CASE("a run with a red test is red, one with none is green") {
  const auto green = kStarted + test_started("a", "") + test_ended("a", true) + kEnded;
  const auto red = kStarted + test_started("a", "") + test_ended("a", false) + kEnded;
  CHECK(judge("lab 08", exited(0), read_results(green)).judgement == Judgement::green);
  CHECK(judge("lab 08", exited(1), read_results(red)).judgement == Judgement::red);
}

TEST_CASE("a handler that spins is an endless loop, another livelock is none") {
  const auto told = [](const std::string& got) {
    return kStarted + test_started("a", "") +
           R"({"event":"test_ended","name":"a","passed":false,"invariant":"livelock","story":")" +
           got + "\"}\n" + kEnded;
  };
  const auto spins = read_results(told("got: a-1 spins without an operation after step 4, load"));
  REQUIRE(endless_loop(spins) != nullptr);
  CHECK(endless_loop(spins)->name == "a");
  CHECK(endless_loop(read_results(told("got: a-1 spins before its first operation"))) != nullptr);
  CHECK(endless_loop(read_results(told("got: no rest after 400 steps"))) == nullptr);
}

TEST_CASE("what no terminal shows, or takes for a command, is read as its number") {
  const auto run = read_results(
      kStarted + test_started("a", "") +
      R"({"event":"test_ended","name":"a","passed":false,"story":"s\u0007","exception":"\u001b[2J",)"
      R"("failures":["one := \"a\u0000b\"\n\tü \u007f"]})"
      "\n");
  REQUIRE(run.tests.size() == 1);
  const auto& test = run.tests[0];
  CHECK(test.story == "s\\x07");
  CHECK(test.exception == "\\x1b[2J");
  CHECK(test.failures == std::vector<std::string>{"one := \"a\\x00b\"\n\tü \\x7f"});
}

TEST_CASE("all fields of an ended test are read") {
  const auto run = read_results(
      kStarted + test_started("a", R"("step2","given")") +
      R"({"event":"test_ended","name":"a","passed":false,"skipped":false,"skip_reason":null,)"
      R"("todo":{"step":2,"what":"do it"},"invariant":"ghost message","story":"s","schedule":"1@A",)"
      R"("exception":"e","failures":["f"],"failed_at":{"file":"u.cpp","line":7},)"
      R"("explorations":["holds"],"replay":"r","duration_ms":12})"
      "\n");
  REQUIRE(run.tests.size() == 1);
  const auto& test = run.tests[0];
  CHECK(test.step() == 2);
  CHECK(test.given());
  CHECK(test.todo == "do it");
  CHECK(test.todo_step == 2);
  CHECK(test.invariant == "ghost message");
  CHECK(test.story == "s");
  CHECK(test.schedule == "1@A");
  CHECK(test.exception == "e");
  CHECK(test.failures == std::vector<std::string>{"f"});
  CHECK(test.failed_file == "u.cpp");
  CHECK(test.failed_line == 7);
  CHECK(test.explorations == std::vector<std::string>{"holds"});
  CHECK(test.replay == "r");
  CHECK(test.duration_ms == 12);
  CHECK(test.reason() == "todo");
}

TEST_CASE("a crash names its signal and the test it happened in") {
  const auto results =
      kStarted + test_started("a", "") + test_ended("a", true) + test_started("b", "");
  CHECK(problem(killed(SIGSEGV), results) == R"(lab 08 crashed (SIGSEGV) in test "b")");
  CHECK(problem(killed(SIGKILL), kStarted) == "lab 08 crashed (SIGKILL) before its first test");
  CHECK(problem(exited(7), results) == R"(lab 08 ended (exit code 7) in test "b")");
  const auto fatal = results +
                     R"({"event":"fatal","what":"SIGSEGV - Segmentation violation signal"})"
                     "\n";
  CHECK(problem(exited(1), fatal) == R"(lab 08 crashed (SIGSEGV) in test "b")");
}

TEST_CASE("a crash that tears the last line apart loses only that line") {
  const auto whole = kStarted + test_started("a", "") + test_ended("a", true) +
                     test_started("b", "") + test_ended("b", true);
  const auto torn = whole.substr(0, whole.size() - 20);
  const auto run = read_results(torn);
  CHECK(run.unreadable_lines == 1);
  REQUIRE(run.tests.size() == 2);
  CHECK(run.tests[0].passed);
  CHECK(problem(killed(SIGKILL), torn) == R"(lab 08 crashed (SIGKILL) in test "b")");
}

TEST_CASE("a hang names the time and the test") {
  auto process = killed(SIGTERM);
  process.timed_out = true;
  process.duration = std::chrono::milliseconds(60'004);
  CHECK(problem(process, kStarted + test_started("a", "")) ==
        R"(lab 08 hangs in test "a" (stopped after 60 s))");
}

TEST_CASE("silence, no tests and a bad end after good tests are no verdict") {
  CHECK(problem(exited(0), "") == "lab 08 reported no results (exit code 0)");
  CHECK(problem(exited(0), kStarted + kEnded) == "lab 08 has no tests");
  CHECK(problem(exited(23), kStarted + test_started("a", "") + test_ended("a", true) + kEnded) ==
        "lab 08 passed its tests and then failed (exit code 23)");
  workshop::process::Result never;
  never.start_error = "Permission denied";
  CHECK(problem(never, "") == "lab 08 could not be started: Permission denied");
}

TEST_CASE("the first failure is of the lowest step, and there the first in the file") {
  const auto run =
      read_results(kStarted + test_started("c", R"("step2")", 5) + test_ended("c", false) +
                   test_started("b", R"("step1")", 30) + test_ended("b", false) +
                   test_started("a", R"("step1")", 20) + test_ended("a", false) + kEnded);
  REQUIRE(first_failure(run) != nullptr);
  CHECK(first_failure(run)->name == "a");
}

TEST_CASE("a handler that is not deterministic is told before all else") {
  auto run = read_results(kStarted + test_started("a", R"("step1")", 20) + test_ended("a", false) +
                          test_started("b", R"("step2")", 30) + test_ended("b", false) +
                          test_started("c", R"("step3")", 40) + test_ended("c", false) + kEnded);
  run.tests[1].exception = "not deterministic: process 'payments-1' did not do the same";
  run.tests[2].exception = run.tests[1].exception;
  CHECK(first_failure(run)->name == "b");
  CHECK(run.tests[1].reason() == "not deterministic");
  run.tests[1].exception = run.tests[2].exception = "what was not deterministic: a guess";
  CHECK(first_failure(run)->name == "a");
  CHECK(run.tests[1].reason() == "exception");
}

TEST_CASE("an execution that breaks something is told before one that was only too long") {
  auto run = read_results(kStarted + test_started("a", R"("step1")", 20) + test_ended("a", false) +
                          test_started("b", R"("step1")", 30) + test_ended("b", false) +
                          test_started("c", R"("step2")", 40) + test_ended("c", false) + kEnded);
  run.tests[0].invariant = "bound: steps";
  run.tests[1].invariant = "livelock";
  CHECK(first_failure(run)->name == "b");
  run.tests[1].invariant = "bound: steps";
  CHECK(first_failure(run)->name == "a");  // and no later step's
}

TEST_CASE("the test that shall catch a mistake comes first if it failed") {
  const auto run =
      read_results(kStarted + test_started("a", R"("step1")", 20) + test_ended("a", false) +
                   test_started("b", R"("step1")", 30) + test_ended("b", true) +
                   test_started("c", R"("step2")", 5) + test_ended("c", false) + kEnded);
  CHECK(first_failure(run, "c")->name == "c");
  CHECK(first_failure(run, "b")->name == "a");
  CHECK(first_failure(run, "there is no such test")->name == "a");
}

TEST_CASE(
    "how a test that did not end has ended is said in a word, and where its execution stood") {
  workshop::process::Result crashed{.exit_code = -1, .signal = SIGSEGV};
  RunResult run;
  CHECK(has_crashed(crashed, run));
  CHECK(end_of_unfinished(crashed, run) == "crashed (SIGSEGV)");
  CHECK(last_steps_of(run.fatal_schedule).empty());
  CHECK(lines_of_last_steps(run.fatal_schedule).empty());
  run.fatal_schedule = "d80a:1@Arl!crl";
  CHECK(last_steps_of(run.fatal_schedule) ==
        "after step 5 of the execution, load: receive, load, save (crash), receive, load");
  CHECK(lines_of_last_steps(run.fatal_schedule) ==
        " 1  receive\n 2  load\n 3  save (planned fault: crash)\n 4  receive\n 5  load\n");
  run.fatal_schedule = "d80a:1@Arlclclclclc";
  CHECK(lines_of_last_steps(run.fatal_schedule).starts_with(" …\n 4  load\n 5  save\n"));
  CHECK(last_steps_of(run.fatal_schedule) ==
        "after step 11 of the execution, save: … load, save, load, save, load, save, load, save");
  const workshop::process::Result hung{.exit_code = -1, .signal = SIGTERM, .timed_out = true};
  CHECK_FALSE(has_crashed(hung, RunResult()));
  CHECK(end_of_unfinished(hung, RunResult()) == "hangs");
  RunResult sanitized;
  sanitized.fatal = "SIGILL - Illegal instruction signal";
  CHECK(end_of_unfinished({.exit_code = 1}, sanitized) == "crashed (SIGILL)");
  CHECK(end_of_unfinished({.exit_code = 1}, RunResult()) == "did not end");
}
