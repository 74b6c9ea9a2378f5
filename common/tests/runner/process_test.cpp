#include "workshop/runner/process.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>

using namespace workshop::runner;
using std::chrono::milliseconds;

namespace {

ProcessResult run_helper(const std::string& what, milliseconds time_max = milliseconds(20'000)) {
  ProcessOptions options;
  options.time_max = time_max;
  options.environment = {{"RUNNER_TEST", "a value"}};
  return run_process({RUNNER_HELPER, what}, options);
}

}  // namespace

TEST_CASE("a program's exit code, signal and output are told") {
  CHECK(run_helper("nothing").succeeded());
  CHECK(run_helper("exit-3").exit_code == 3);
  CHECK(describe_end(run_helper("exit-3")) == "exit code 3");
  CHECK(run_helper("abort").signal == SIGABRT);
  CHECK(describe_end(run_helper("abort")) == "SIGABRT");
  CHECK(run_helper("read").output == "nothing to read\n");
  CHECK(run_helper("variable").output == "a value\n");
}

TEST_CASE("a program that cannot be started says why") {
  const auto run = run_process({"/no/such/program"});
  CHECK_FALSE(run.succeeded());
  CHECK(describe_end(run) == "could not be started: No such file or directory");
}

TEST_CASE("much output on both streams does not block, and is cut at its maximum") {
  const auto run = run_helper("print-much");
  CHECK(run.succeeded());
  CHECK(run.output.size() > kOutputMax);
  CHECK(run.output.size() < kOutputMax + 100);
  CHECK(run.output.ends_with("(the rest of the output was dropped)\n"));
}

TEST_CASE("a program that hangs is ended in time and keeps what it printed") {
  for (const char* way : {"hang", "hang-stubbornly", "close-and-hang"}) {
    CAPTURE(way);
    const auto run = run_helper(way, milliseconds(200));
    CHECK(run.timed_out);
    CHECK_FALSE(run.succeeded());
    CHECK(run.duration < milliseconds(5'000));
    CHECK(describe_end(run).starts_with("stopped after "));
    if (way == std::string("hang")) CHECK(run.output == "still here\n");
  }
}

TEST_CASE("a program that hangs is asked to end before it is made to") {
  CHECK(run_helper("hang-politely", milliseconds(200)).output == "farewell\n");
}

TEST_CASE("what a program leaves running neither holds up its end nor outlives it") {
  const auto run = run_helper("leave-a-child");
  CHECK(run.succeeded());
  CHECK(run.duration < milliseconds(5'000));
  const auto child = static_cast<pid_t>(std::stoi(run.output));
  // Killed, it is reaped by whoever adopts it: that is not ours to time, so wait for it to be gone
  // or a zombie.
  for (int i = 0; i < 100 && ::kill(child, 0) == 0; ++i)
    std::this_thread::sleep_for(milliseconds(20));
  const auto state = run_process({"ps", "-o", "stat=", "-p", std::to_string(child)});
  CHECK((state.output.empty() || state.output.starts_with("Z") || !state.start_error.empty()));
}
