#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/runs/run_program.hpp"

using namespace workshop;
using namespace workshop::runner;
using std::chrono::milliseconds;

namespace {

/// Waits for the number of a process in a file, which appears when it is complete.
pid_t number_in(const std::string& file) {
  for (int i = 0; i < 1000; ++i) {
    pid_t number = -1;
    if (std::ifstream(file) >> number) return number;
    std::this_thread::sleep_for(milliseconds(10));
  }
  FAIL("there is no " << file);
  return -1;
}

bool ends(pid_t process) {
  for (int i = 0; i < 500; ++i) {
    if (::kill(process, 0) != 0) return true;
    const auto state = process::run({"ps", "-o", "stat=", "-p", std::to_string(process)});
    if (state.output.empty() || state.output.starts_with("Z")) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

}  // namespace

// The program that is interrupted runs this very test program, and that a shell that hangs.
TEST_CASE("a program that runs another until it is interrupted", "[.child]") {
  const std::string file = std::getenv("PID_FILE");
  run_program({"sh", "-c",
               "echo $$ > \"$PID_FILE.part\" && mv \"$PID_FILE.part\" \"$PID_FILE\"; "
               "sleep 60 & wait"});
}

TEST_CASE(
    "an interrupt ends the program that runs, though it hears no keyboard, and then this one") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const process::TemporaryFolder folder;
    process::Program outer(
        {RUNNER_TESTS, "a program that runs another until it is interrupted"},
        {.environment = {{"PID_FILE", folder.file("pid")}}, .group = process::Group::callers});
    REQUIRE(outer.start_error().empty());
    const auto inner = number_in(folder.file("pid"));
    CHECK(::getpgid(inner) == inner);
    ::kill(outer.id(), signal);
    const auto ended = outer.wait({.time_max = std::chrono::seconds(20)});
    CHECK(ended.signal == signal);
    CHECK(ends(inner));
  }
}

TEST_CASE("who is killed takes the program that it runs along") {
  const process::TemporaryFolder folder;
  process::Program outer(
      {RUNNER_TESTS, "a program that runs another until it is interrupted"},
      {.environment = {{"PID_FILE", folder.file("pid")}}, .group = process::Group::callers});
  REQUIRE(outer.start_error().empty());
  const auto inner = number_in(folder.file("pid"));
  std::this_thread::sleep_for(milliseconds(200));  // the shell that watches starts meanwhile
  CHECK(outer.kill().signal == SIGKILL);
  CHECK(ends(inner));
}

TEST_CASE("a program is run with the caller's signals as they were before") {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  CHECK(run_program({"true"}).succeeded());
  CHECK(std::signal(SIGHUP, SIG_DFL) == SIG_IGN);
  std::signal(SIGHUP, before);
  sigset_t mask;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  CHECK(sigismember(&mask, SIGINT) == 0);
  CHECK(sigismember(&mask, SIGTERM) == 0);
  CHECK(run_program({"/no/such/program"}).start_error == "No such file or directory");
}
