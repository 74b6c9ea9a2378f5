#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop::process;

// What a program is started with.

namespace {

std::string output_of(const std::string& what, const Options& options = {}) {
  return run({PROCESS_HELPER, what}, options).output;
}

}  // namespace

TEST_CASE("a program that cannot be started says why") {
  const auto result = run({"/no/such/program"});
  CHECK_FALSE(result.succeeded());
  CHECK(describe_end(result) == "could not be started: No such file or directory");
  CHECK(run({}).start_error == "no program is named");
  CHECK(run({PROCESS_HELPER, "nothing"}, {.directory = "/no/such/folder"}).start_error ==
        "No such file or directory");
  Program none({"/no/such/program"});
  CHECK_FALSE(none.running());
  CHECK(none.id() == -1);
  CHECK_FALSE(none.kill().succeeded());
}

TEST_CASE("a program runs in its folder") {
  const TemporaryFolder folder;
  CHECK(std::filesystem::canonical(folder.path()).string() + "\n" ==
        output_of("folder", {.directory = folder.path()}));
}

TEST_CASE("a program that starts in a symbolic link is told its name") {
  const TemporaryFolder folder;
  const auto link = folder.path() / "link";
  std::filesystem::create_directory_symlink("/", link);

  CHECK(run({"sh", "-c", "echo \"$PWD\""}, {.directory = link}).output == link.string() + "\n");
}

TEST_CASE("a program's environment is the caller's, with what is set and without what is not") {
  ::setenv("PROCESS_TEST", "the caller's", 1);
  CHECK(output_of("variable") == "the caller's\n");
  CHECK(output_of("variable", {.environment = {{"PROCESS_TEST", "another"}}}) == "another\n");
  CHECK(output_of("variable", {.without = {"PROCESS_TEST"}}) == "not set\n");
  CHECK(output_of("variable", {.environment = {{"PROCESS_TEST", "again"}},
                               .without = {"PROCESS_TEST"}}) == "again\n");
  ::unsetenv("PROCESS_TEST");
}

TEST_CASE("a program is in a group of its own, or in its caller's") {
  Program own({PROCESS_HELPER, "group"});
  const auto id = own.id();
  CHECK(own.wait().output == std::to_string(id) + "\n");
  CHECK(output_of("group", {.group = Group::callers}) == std::to_string(::getpgrp()) + "\n");
}

TEST_CASE("a program has nothing open that it was not given") {
  const Descriptor careless(::open("/dev/null", O_RDONLY));  // without O_CLOEXEC
  REQUIRE(careless.is_open());
  CHECK(output_of("open-files") == "0 1 2\n");
  CHECK(output_of("open-files", {.passed = {careless.number()}}) == "0 1 2 3\n");
}

TEST_CASE("descriptors are passed whatever their numbers are") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  // The program shall have 4 where we have 3 and the other way round, as if it wanted them swapped.
  const int three = ::fcntl(ends[0], F_DUPFD_CLOEXEC, 3);
  for (const auto& order : {std::array{three, ends[1]}, std::array{ends[1], three}}) {
    const auto result = run({PROCESS_HELPER, "talk-to-itself"}, {.passed = {order[0], order[1]}});
    CHECK(result.output == "heard on 4\n");
  }
  for (const int file : {three, ends[0], ends[1]}) ::close(file);
}

TEST_CASE("output goes to a file where that is wanted") {
  const TemporaryFolder folder;
  const Descriptor file(::open(folder.file("output").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const auto result = run({"sh", "-c", "echo out; echo err >&2"},
                          {.output = Output::file, .output_file = file.number()});
  CHECK(result.succeeded());
  CHECK(result.output.empty());
  std::ifstream stream(folder.file("output"));
  CHECK(std::string(std::istreambuf_iterator<char>(stream), {}) == "out\nerr\n");
  CHECK(run({"true"}, {.output = Output::file, .output_file = 999}).start_error ==
        "Bad file descriptor");
}

TEST_CASE("a program's signals are neither blocked nor ignored because the caller's are") {
  sigset_t blocked;
  sigset_t before;
  ::sigemptyset(&blocked);
  ::sigaddset(&blocked, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto handler = std::signal(SIGINT, SIG_IGN);
  for (const char* signal : {"TERM", "INT"}) {
    CAPTURE(signal);
    const auto result = run({"sh", "-c", std::string("kill -") + signal + " $$; echo lives"});
    CHECK(result.output.empty());
    CHECK(result.signal == (signal == std::string("INT") ? SIGINT : SIGTERM));
  }
  // With its caller's group a program shares what the caller does about the keyboard.
  CHECK(run({"sh", "-c", "kill -INT $$; echo lives"}, {.group = Group::callers}).output ==
        "lives\n");
  std::signal(SIGINT, handler);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("programs that threads start at once do not hold each other's output open") {
  constexpr int kThreads = 8;
  constexpr int kRounds = 20;
  std::vector<Result> results(kThreads);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&results, i] {
      for (int round = 0; round < kRounds; ++round) {
        auto& result = results[static_cast<std::size_t>(i)];
        result = run({PROCESS_HELPER, "open-files"}, {.group = Group::callers});
        if (result.output != "0 1 2\n") return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) CHECK(result.output == "0 1 2\n");
}
