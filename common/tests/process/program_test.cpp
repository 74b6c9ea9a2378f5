#include "workshop/process/program.hpp"

#include <sched.h>

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <deque>
#include <string>
#include <thread>
#include <vector>

using namespace workshop::process;
using std::chrono::milliseconds;

// How programs end, and are ended.

namespace {

using Clock = std::chrono::steady_clock;

const std::vector<std::string> kHang = {PROCESS_HELPER, "hang"};

Result run_helper(const std::string& what, milliseconds time_max = milliseconds(20'000)) {
  return run({PROCESS_HELPER, what}, {.environment = {{"PROCESS_TEST", "a value"}}},
             {.time_max = time_max});
}

/// Whether this process is gone, or only waits to be reaped by whoever adopted it. Killed, it goes
/// at once, but that is not ours to time.
bool ends(pid_t process) {
  const auto until = Clock::now() + std::chrono::minutes(1);
  while (::kill(process, 0) == 0) {
    const auto state = run({"ps", "-o", "stat=", "-p", std::to_string(process)});
    if (!state.start_error.empty() || state.output.empty() || state.output.starts_with("Z")) {
      return true;
    }
    if (Clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
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

TEST_CASE("much output on both streams does not block, and is cut at its maximum") {
  const auto whole = run_helper("print-much");
  CHECK(whole.succeeded());
  CHECK(whole.output.size() > kOutputMax);
  CHECK(whole.output.size() < kOutputMax + 100);
  CHECK(whole.output.ends_with("(the rest of the output was dropped)\n"));
  const auto little = run({PROCESS_HELPER, "print-much"}, {}, {.output_max = 9});
  CHECK(little.output.size() < 100);
  CHECK(little.output.ends_with("\n(the rest of the output was dropped)\n"));
}

TEST_CASE("a program that hangs is ended in time and keeps what it printed") {
  for (const char* way : {"hang", "hang-stubbornly", "close-and-hang", "print-for-ever"}) {
    CAPTURE(way);
    const auto result = run_helper(way, milliseconds(200));
    CHECK(result.timed_out);
    CHECK_FALSE(result.succeeded());
    CHECK(result.duration < milliseconds(5'000));
    CHECK(describe_end(result).starts_with("stopped after "));
    if (way == std::string("hang")) CHECK(result.output == "still here\n");
  }
}

TEST_CASE("a program that hangs is asked to end before it is made to, unless there is no grace") {
  CHECK(run_helper("hang-politely", milliseconds(200)).output == "grace\n");
  const auto begin = Clock::now();
  const auto result = run({PROCESS_HELPER, "hang-stubbornly"}, {},
                          {.time_max = milliseconds(200), .grace = milliseconds(0)});
  CHECK(result.signal == SIGKILL);
  CHECK(Clock::now() - begin >= milliseconds(200));
}

TEST_CASE("a limit of no time is over at once") {
  const auto result = run(kHang, {}, {.time_max = milliseconds(0)});
  CHECK(result.timed_out);
  CHECK(result.duration < milliseconds(5'000));
}

#ifdef __linux__
TEST_CASE("who waits for a processor has more time, as far as patience goes") {
  cpu_set_t allowed;
  REQUIRE(::sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
  std::size_t processor = 0;
  while (!CPU_ISSET(processor, &allowed)) ++processor;
  if (!run({"taskset", "--version"}).succeeded()) SKIP("taskset is not here");
  // Five of them on one processor: each waits for four fifths of the time.
  const std::vector<std::string> spin = {"taskset", "-c", std::to_string(processor),
                                         "sh",      "-c", "while :; do :; done"};
  std::deque<Program> others;
  for (int i = 0; i < 4; ++i) others.emplace_back(spin);

  const auto own = run(spin, {}, {.time_max = milliseconds(300), .grace = milliseconds(0)});
  CHECK(own.duration < milliseconds(800));
  const auto patient =
      run(spin, {}, {.time_max = milliseconds(300), .patience = 20, .grace = milliseconds(0)});
  CHECK(patient.timed_out);
  CHECK(patient.duration > milliseconds(1'000));
  CHECK(describe_end(patient).find(" s, of which it waited ") != std::string::npos);
  const auto less =
      run(spin, {}, {.time_max = milliseconds(300), .patience = 1, .grace = milliseconds(0)});
  CHECK(less.duration >= milliseconds(550));
  CHECK(less.duration < milliseconds(1'000));

  // Who waits for something else, or spins, has no more time.
  const auto sleeps =
      run({"sleep", "20"}, {},
          {.time_max = milliseconds(300), .patience = 20, .grace = milliseconds(0)});
  CHECK(sleeps.timed_out);
  CHECK(sleeps.duration < milliseconds(20 * 300 / 2));  // far from the time that patience gives
  CHECK(describe_end(sleeps).find("waited") == std::string::npos);
}
#endif

TEST_CASE("the longest limit and the longest grace are not over at once") {
  const auto ended = run({"sh", "-c", "sleep 0.05; exit 3"}, {}, {.time_max = milliseconds::max()});
  CHECK_FALSE(ended.timed_out);
  CHECK(ended.exit_code == 3);
  const auto stopped =
      run({"sh", "-c", "trap 'sleep 0.05; exit 4' TERM; while :; do sleep 0.01; done"}, {},
          {.time_max = milliseconds(100), .grace = milliseconds::max()});
  CHECK(stopped.timed_out);
  CHECK(stopped.exit_code == 4);
}

TEST_CASE("what a program leaves running neither holds up its end nor outlives it") {
  const auto result = run_helper("leave-a-child");
  CHECK(result.succeeded());  // not stopped after its time, for which the child would hold it up
  CHECK(ends(std::stoi(result.output)));
}

TEST_CASE("what holds the output open outside of the group does not hold up the program's end") {
  for (const auto group : {Group::own, Group::callers}) {
    const auto result = run({PROCESS_HELPER, "leave-a-stranger"}, {.group = group});
    CHECK(result.exit_code == 0);
    CHECK(result.duration < std::chrono::seconds(60));
    const auto stranger = static_cast<pid_t>(std::stoi(result.output));
    CHECK(::kill(stranger, SIGKILL) == 0);  // it lives: nobody has killed it before
  }
}

TEST_CASE("a program whose work is done is not waited for") {
  for (const char* end : {"; exec sleep 30", "; exit 3", "; kill -TERM $$"}) {
    CAPTURE(end);
    std::size_t looks = 0;
    const auto begin = Clock::now();
    const auto result =
        run({"sh", "-c", std::string("printf 'work, do'; sleep 0.1; echo ne") + end}, {},
            {.time_max = std::chrono::seconds(20), .is_done = [&](std::string_view output) {
               ++looks;
               return output.find("done") != std::string_view::npos;
             }});
    CHECK(result.output.starts_with("work, done"));
    CHECK(result.succeeded());
    CHECK(looks > 0);
    CHECK(Clock::now() - begin < std::chrono::seconds(10));
  }
}

TEST_CASE("a program whose work is done counts so, though it has ended before anybody looked") {
  Program program({"sh", "-c", "echo done; exit 3"});
  while (program.running()) std::this_thread::sleep_for(milliseconds(1));
  CHECK(program.wait({.is_done = [](auto output) { return output == "done\n"; }}).succeeded());
}

TEST_CASE("a program that ends before its work is done has its own exit code") {
  const auto result = run(
      {"sh", "-c", "echo don; exit 3"}, {},
      {.is_done = [](std::string_view out) { return out.find("done") != std::string_view::npos; }});
  CHECK(result.exit_code == 3);
}

TEST_CASE("a program is killed where it stands, once") {
  Program program(kHang);
  CHECK(program.running());
  CHECK(program.kill().signal == SIGKILL);
  CHECK_FALSE(program.running());
  CHECK(program.id() == -1);
  CHECK(program.kill().signal == SIGKILL);
  CHECK(program.wait().signal == SIGKILL);
}

TEST_CASE("a program that has ended cannot be killed any more") {
  Program program({PROCESS_HELPER, "exit-3"});
  while (program.running()) std::this_thread::sleep_for(milliseconds(1));
  const auto result = program.kill();
  CHECK(result.exit_code == 3);
  CHECK(result.signal == 0);
}

TEST_CASE("a program that nobody needs any more is killed, and all of its group") {
  pid_t leader = -1;
  {
    Program program({PROCESS_HELPER, "hang-with-a-child"});
    leader = program.id();
    const auto result =
        program.wait({.time_max = std::chrono::seconds(20), .is_done = [](auto output) {
                        return output.find('\n') != std::string_view::npos;
                      }});
    CHECK(ends(std::stoi(result.output)));
  }
  CHECK(ends(leader));
  {
    const Program other(kHang);
    leader = other.id();
  }
  CHECK(ends(leader));
}

TEST_CASE("the end of a program that says nothing is noticed without output") {
  const auto begin = Clock::now();
  Program silent({"sh", "-c", "exec sleep 0.2"}, {.output = Output::callers});
  CHECK(silent.wait({.time_max = std::chrono::seconds(20)}).succeeded());
  CHECK(Clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("a program is stopped when somebody who looks says so, and is not told to be timed out") {
  int looks = 0;
  pid_t seen = -1;
  const auto begin = Clock::now();
  Limits limits;
  limits.stop_when = [&](pid_t process) {
    seen = process;
    return ++looks == 5;
  };
  const auto result = run(kHang, {}, limits);
  CHECK(looks == 5);
  CHECK_FALSE(result.timed_out);
  CHECK(result.signal != 0);
  CHECK(ends(seen));
  CHECK(Clock::now() - begin < std::chrono::seconds(10));
  limits.stop_when = [](pid_t) { return false; };
  CHECK(run({"true"}, {}, limits).succeeded());
}
