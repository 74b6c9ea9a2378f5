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

/// Whether it comes true within a minute: a busy machine takes its time.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(10));
  }
  return true;
}

/// Waits for the number of a process in a file, which appears when it is complete.
pid_t number_in(const std::string& file) {
  pid_t number = -1;
  REQUIRE(comes_true([&] { return static_cast<bool>(std::ifstream(file) >> number); }));
  return number;
}

bool ends(pid_t process) {
  return comes_true([process] {
    if (::kill(process, 0) != 0) return true;
    const auto state = process::run({"ps", "-o", "stat=", "-p", std::to_string(process)});
    return state.output.empty() || state.output.starts_with("Z");
  });
}

/// Waits for the shell that watches over what `outer` runs: who is killed before has none.
void wait_for_watcher(pid_t outer) {
  REQUIRE(comes_true([outer] {
    const auto children =
        process::run({"ps", "-o", "args=", "--ppid", std::to_string(outer)}).output;
    return children.find("read ended") != std::string::npos;
  }));
}

/// As they are in the program that people interrupt: Catch2's own handlers write a report, which is
/// not safe on whatever thread the signal comes to.
void take_signals_as_they_come() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_DFL);
}

}  // namespace

// The program that is interrupted runs this very test program, and that a shell that hangs.
TEST_CASE("a program that runs another until it is interrupted", "[.child]") {
  take_signals_as_they_come();
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
    const auto ended = outer.wait({.time_max = std::chrono::minutes(1)});
    CHECK(ended.signal == signal);
    CHECK(ends(inner));
  }
}

TEST_CASE("a program that runs several others until it is interrupted", "[.child]") {
  take_signals_as_they_come();
  const auto command = [](const char* file) {
    return process::Command{
        .words = {"sh", "-c", "echo $$ > \"$0.part\" && mv \"$0.part\" \"$0\"; sleep 60 & wait",
                  std::getenv(file)},
        .options = {}};
  };
  run_programs({command("PID_FILE"), command("OTHER_PID_FILE")});
}

TEST_CASE("an interrupt, or a kill, ends all programs that run at the same time") {
  for (const int signal : {SIGINT, SIGKILL}) {
    CAPTURE(signal);
    const process::TemporaryFolder folder;
    process::Program outer(
        {RUNNER_TESTS, "a program that runs several others until it is interrupted"},
        {.environment = {{"PID_FILE", folder.file("pid")},
                         {"OTHER_PID_FILE", folder.file("other pid")}},
         .group = process::Group::callers});
    REQUIRE(outer.start_error().empty());
    const auto one = number_in(folder.file("pid"));
    const auto other = number_in(folder.file("other pid"));
    wait_for_watcher(outer.id());
    ::kill(outer.id(), signal);
    CHECK(outer.wait({.time_max = std::chrono::minutes(1)}).signal == signal);
    CHECK(ends(one));
    CHECK(ends(other));
  }
}

TEST_CASE("who is killed takes the program that it runs along") {
  const process::TemporaryFolder folder;
  process::Program outer(
      {RUNNER_TESTS, "a program that runs another until it is interrupted"},
      {.environment = {{"PID_FILE", folder.file("pid")}}, .group = process::Group::callers});
  REQUIRE(outer.start_error().empty());
  const auto inner = number_in(folder.file("pid"));
  wait_for_watcher(outer.id());
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
