#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "workshop/core/sanitized.hpp"
#include "workshop/runner/runs/crash_place.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/runs/verdict.hpp"

// The result listener and the reader of its file, together, on the program of listened_program.cpp.

using namespace workshop::runner;

namespace {

ProgramRun run_listened(std::vector<std::string> arguments, const std::string& name,
                        unsigned processes = 1) {
  ProgramRunOptions options;
  options.processes = processes;
  options.arguments = std::move(arguments);
  const auto folder = std::filesystem::path(RUNNER_LISTENED).parent_path() / "runs";
  return run_lab_program(RUNNER_LISTENED, folder, name, options);
}

const TestResult& test_called(const RunResult& run, const std::string& name) {
  for (const auto& test : run.tests) {
    if (test.name == name) return test;
  }
  FAIL("no test \"" << name << "\"");
  std::abort();
}

}  // namespace

TEST_CASE("the listener tells how each test ended") {
  const auto run = run_listened({}, "all").results;
  CHECK(run.started);
  CHECK(run.ended);
  CHECK(run.unreadable_lines == 0);

  const auto& passes = test_called(run, "passes");
  CHECK(passes.passed);
  CHECK(passes.given());
  CHECK(passes.step() == 1);
  CHECK(passes.file.ends_with("listened_program.cpp"));
  CHECK(passes.line > 0);

  const auto& todo = test_called(run, "fails by its todo");
  CHECK(todo.reason() == "todo");
  CHECK(todo.todo == "write it");
  CHECK(todo.todo_step == 2);
  CHECK(todo.failed_line >= todo.line);
  REQUIRE(todo.failures.size() == 1);
  CHECK(todo.failures[0].find("TODO (step 2): write it") != std::string::npos);
  CHECK(test_called(run, "goes on after its todo").reason() == "todo");

  CHECK(test_called(run, "throws").reason() == "exception");
  CHECK(test_called(run, "throws").exception == "out of gifts");
  CHECK(test_called(run, "is skipped").skipped);
  CHECK(test_called(run, "is skipped").skip_reason == "no network");
  CHECK(test_called(run, "compares ids").failures ==
        std::vector<std::string>{
            "CHECK( MessageId{\"one\"} == MessageId{\"other\"} )\nis one == other",
            "CHECK( std::optional<Message>() )"});
  CHECK(test_called(run, "prints odd bytes").failures.at(0) == "quote \" newline \n byte \xff end");
}

TEST_CASE("a TODO that is swallowed or expected is not why a test is red") {
  const auto run = run_listened({}, "all").results;
  CHECK(test_called(run, "swallows a todo and passes").passed);
  CHECK(test_called(run, "swallows a todo and fails for another reason").reason() == "assertion");
  CHECK(test_called(run, "expects a todo and fails for another reason").reason() == "assertion");
  CHECK(test_called(run, "expects a todo and throws something else").reason() == "exception");
}

TEST_CASE("a violation counts if its test fails, and the first one is kept") {
  const auto run = run_listened({}, "all").results;
  const auto& violated = test_called(run, "fails by a violation");
  CHECK(violated.reason() == "duplicate effect");
  CHECK(violated.story == "a story");
  CHECK(violated.schedule == "3f9a@A");
  CHECK(test_called(run, "expects a violation and passes").invariant.empty());
  const auto& explores = test_called(run, "explores");
  CHECK(explores.explorations == std::vector<std::string>{"holds up to 2 messages"});
  CHECK(explores.replay == "what happened");
}

TEST_CASE("a crash and an exit within a test are told with the test, and its output is kept") {
  const auto crash = run_listened({"passes,crashes"}, "crash");
  CHECK(judge("lab 08", crash.process, crash.results).problem ==
        R"(lab 08 crashed (SIGSEGV) in test "crashes")");
  CHECK(test_called(crash.results, "passes").passed);
  CHECK(std::filesystem::file_size(crash.output_file) > 0);
  const auto exit = run_listened({"exits"}, "exit");
  CHECK(judge("lab 08", exit.process, exit.results).problem ==
        R"(lab 08 ended (exit code 0) in test "exits")");
}

#ifdef __linux__
TEST_CASE("a crash names its line, where the debug information does") {
  if (WORKSHOP_SANITIZED) SKIP("a sanitizer takes the signal, and tells the place itself");
  const auto place_in = [](const std::string& test,
                           const std::vector<std::filesystem::path>& folders) {
    const auto run = run_listened({test}, "place");
    return place_of_crash(RUNNER_LISTENED, run.results.crash_frames, folders);
  };
  const auto here = std::filesystem::path(__FILE__).parent_path();
  const auto place = place_in("writes through a null pointer", {here});
  REQUIRE(place);
  CHECK(place->file.filename() == "listened_program.cpp");
  CHECK(place->text == "*nowhere = 1;");
  CHECK(place->line > 0);
  // Not where it was raised, which is in nobody's file, but who called that.
  const auto raised = place_in("crashes", {here});
  REQUIRE(raised);
  CHECK(raised->text.ends_with("{ std::raise(SIGSEGV); }"));
  const auto deep = place_in("calls itself for ever", {here});
  REQUIRE(deep);
  CHECK(deep->line < place->line);  // whichever line of the function needed the stack
  CHECK_FALSE(place_in("writes through a null pointer", {here / "labs"}));
  CHECK_FALSE(place_of_crash(RUNNER_LISTENED, {"no address", ""}, {here}));
}
#endif

TEST_CASE("a run that finds no test is no verdict") {
  const auto run = run_listened({"no such test"}, "none");
  CHECK(judge("lab 08", run.process, run.results).judgement == Judgement::unjudged);
}

TEST_CASE("several processes run each test once, and their results are those of one run") {
  for (const unsigned processes : {2U, 7U, 40U}) {  // there are fewer tests than 40
    CAPTURE(processes);
    const auto run = run_listened({}, "shares", processes);
    CHECK(run.results.ended);
    CHECK(judge("lab 08", run.process, run.results).judgement == Judgement::red);
    std::map<std::string, std::string> reasons;
    for (const auto& test : run.results.tests) {
      CHECK(reasons.emplace(test.name, test.reason()).second);
    }
    std::map<std::string, std::string> expected;
    for (const auto& test : run_listened({}, "whole").results.tests) {
      expected.emplace(test.name, test.reason());
    }
    CHECK(reasons == expected);
  }
  CHECK(judge("lab 08", run_listened({"passes,explores"}, "green", 2).process,
              run_listened({"passes,explores"}, "green", 2).results)
            .judgement == Judgement::green);
}

TEST_CASE("one of several processes that crashes or exits is told, whichever it is") {
  for (const auto* others : {"passes", "throws"}) {  // one stands before, one behind
    CAPTURE(others);
    const auto crash = run_listened({std::string(others) + ",crashes"}, "crash-share", 2);
    CHECK(judge("lab 08", crash.process, crash.results).problem ==
          R"(lab 08 crashed (SIGSEGV) in test "crashes")");
    CHECK(crash.results.tests.size() == 2);
    const auto exit = run_listened({std::string(others) + ",exits"}, "exit-share", 2);
    CHECK(judge("lab 08", exit.process, exit.results).problem.ends_with(R"(in test "exits")"));
  }
}

TEST_CASE("of several processes that do not come to their ends, the first one's place is told") {
  const auto alone = run_listened({"crashes,exits"}, "both-alone");
  const auto* first = alone.results.unfinished();
  REQUIRE(first != nullptr);
  const auto both = run_listened({"crashes,exits"}, "both-shares", 2);
  REQUIRE(both.results.unfinished() != nullptr);
  CHECK(both.results.unfinished()->name == first->name);
  CHECK(both.results.tests.size() == 2);
}
