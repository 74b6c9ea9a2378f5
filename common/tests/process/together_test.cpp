#include "workshop/process/together.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace workshop::process;
using std::chrono::milliseconds;

namespace {

using Clock = std::chrono::steady_clock;

Command helper(const std::string& what, const std::string& value = "") {
  return {.words = {PROCESS_HELPER, what}, .options = {.environment = {{"PROCESS_TEST", value}}}};
}

/// Somebody else's ended child is there until its new parent has looked after it.
bool is_gone(pid_t process) {
  const auto until = Clock::now() + std::chrono::minutes(1);
  while (::kill(process, 0) == 0 && Clock::now() < until) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  return ::kill(process, 0) != 0 && errno == ESRCH;
}

/// Until it does not heed SIGTERM any more.
void await_stubbornness(pid_t process) {
  const auto until = Clock::now() + std::chrono::minutes(1);
  for (bool ignores = false; !ignores && Clock::now() < until;) {
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigIgn:")) continue;
      ignores = (std::stoull(line.substr(7), nullptr, 16) >> (SIGTERM - 1) & 1) != 0;
    }
    if (!ignores) std::this_thread::sleep_for(milliseconds(10));
  }
}

}  // namespace

TEST_CASE("programs that run together have results, output and variables of their own") {
  const auto results = run_together(
      {helper("variable", "one"), helper("exit-3"), helper("variable", "two"), helper("abort")});
  REQUIRE(results.size() == 4);
  CHECK(results[0].output == "one\n");
  CHECK(results[1].exit_code == 3);
  CHECK(results[2].output == "two\n");
  CHECK(results[3].signal == SIGABRT);
  CHECK(run_together({}).empty());
}

TEST_CASE("they run at the same time, and much output of one does not hold up another") {
  std::vector<pid_t> processes;
  bool at_once = false;
  const auto results = run_together(
      {helper("hang"), helper("hang"), helper("print-much")},
      {.time_max = milliseconds(1'500),
       .grace = milliseconds(0),
       .stop_when =
           [&](pid_t) {
             at_once = at_once || (::kill(processes[0], 0) == 0 && ::kill(processes[1], 0) == 0);
             return false;
           }},
      [&](const std::vector<pid_t>& started) { processes = started; });
  CHECK(at_once);
  CHECK(results[0].timed_out);
  CHECK(results[1].timed_out);
  CHECK(results[0].output == "still here\n");
}

TEST_CASE("when they are stopped all of them are gone, with what they have started") {
  std::vector<pid_t> processes;
  int looks = 0;
  const auto results =
      run_together({helper("hang-with-a-child"), helper("hang-stubbornly"), helper("nothing")},
                   {.grace = milliseconds(50),
                    .stop_when =
                        [&](pid_t first) {
                          CHECK(first == processes.front());
                          return ++looks == 20;
                        }},
                   [&](const std::vector<pid_t>& started) { processes = started; });
  REQUIRE(processes.size() == 3);
  CHECK(looks == 20);
  for (const auto process : processes) CHECK(is_gone(process));
  CHECK(results[0].signal == SIGTERM);
  CHECK(results[1].signal == SIGKILL);
  CHECK_FALSE(results[1].timed_out);
  CHECK(results[2].succeeded());
  CHECK(is_gone(static_cast<pid_t>(std::stoi(results[0].output))));
}

TEST_CASE("one that cannot be started says so, and leaves the others alone") {
  const auto results =
      run_together({{.words = {"/no/such/program"}, .options = {}}, helper("variable", "a")});
  CHECK(results[0].start_error == "No such file or directory");
  CHECK(results[1].output == "a\n");
}

TEST_CASE("several groups are ended at the same time") {
  constexpr std::size_t kGroups = 8;
  std::vector<std::unique_ptr<Program>> programs;
  std::vector<pid_t> groups;
  for (std::size_t i = 0; i < kGroups; ++i) {
    const std::vector<std::string> command = {PROCESS_HELPER, "hang-stubbornly"};
    programs.push_back(std::make_unique<Program>(command));
    groups.push_back(programs.back()->id());
  }
  for (const auto group : groups) await_stubbornness(group);
  const auto begin = Clock::now();
  end_groups(groups.data(), kGroups);
  CHECK(Clock::now() - begin < std::chrono::seconds(2 * kGroups - 1));  // each alone has two
  for (const auto& program : programs) CHECK(program->wait().signal == SIGKILL);
}
