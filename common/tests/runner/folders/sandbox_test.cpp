#include "workshop/runner/folders/sandbox.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include "workshop/process/find_program.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/text.hpp"

using namespace workshop;
using namespace workshop::runner;
using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

// Programs that mean no good, each in a sandbox. Where none can be made, nothing is shown.

namespace {

const fs::path kHostile = HOSTILE_PROGRAM;

const Sandbox& sandbox() {
  static std::optional<Sandbox> made;
  static std::string why;
  if (!made && why.empty()) {
    try {
      made.emplace();
    } catch (const UserError& error) {
      why = error.what();
    }
  }
  if (!made) SKIP(why);
  return *made;
}

constexpr SandboxLimits kSmall = {.time_max = milliseconds(60'000),
                                  .memory_max = std::size_t{256} << 20,
                                  .threads_max = 100,
                                  .output_max = std::size_t{1} << 20,
                                  .file_max = std::size_t{16} << 20,
                                  .disk_max = std::size_t{32} << 20};

SandboxResult attempt(const std::string& what, const std::string& with = {}, SandboxView view = {},
                      const SandboxLimits& limits = kSmall) {
  view.shown.push_back(kHostile);
  view.directory = "/";
  return sandbox().run({kHostile.string(), what, with}, view, limits);
}

/// How many processes of this program's file there are.
std::size_t hostile_processes() {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    std::ifstream in(entry.path() / "cmdline");
    std::string line;
    if (in && std::getline(in, line) && line.starts_with(kHostile.string())) ++count;
  }
  return count;
}

/// Whether one is seen that runs.
bool seen_while_it_runs() {
  std::atomic<bool> over{false};
  bool seen = false;
  std::thread looking([&] {
    while (!over && !seen) {
      seen = hostile_processes() > 0;
      std::this_thread::sleep_for(milliseconds(5));
    }
  });
  auto limits = kSmall;
  limits.time_max = milliseconds(5'000);
  attempt("hang", "", {}, limits);
  over = true;
  looking.join();
  return seen;
}

/// Whether it comes true within a minute: a busy machine takes its time.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return true;
}

bool none_left() {
  return comes_true([] { return hostile_processes() == 0; });
}

std::string said(const SandboxResult& result) {
  CHECK(result.stopped.empty());
  return std::string(trimmed(result.process.output));
}

}  // namespace

TEST_CASE("what forks for ever is stopped, and nothing of it is left") {
  const auto result = attempt("fork");
  CHECK(result.stopped == "ran more than 100 processes and threads at once");
  CHECK(none_left());
  CHECK(attempt("threads").stopped == "ran more than 100 processes and threads at once");
}

TEST_CASE("what allocates without end gets no more, or is stopped when many do so together") {
  CHECK(said(attempt("allocate")) == "no more memory");
  CHECK(attempt("allocate in parts").stopped == "used more than 256 MB of memory");
  CHECK(none_left());
}

TEST_CASE("what prints without end is stopped soon, and little of it is kept") {
  const auto result = attempt("print");
  CHECK(result.stopped == "printed more than 1,048,576 bytes");
  CHECK(result.process.output.size() < 1'100'000);
  CHECK(result.process.duration < std::chrono::seconds(30));
}

TEST_CASE("what never ends is stopped when its time is over, with all that it has started") {
  auto limits = kSmall;
  limits.time_max = milliseconds(1'000);
  const auto result = attempt("hang", "", {}, limits);
  CHECK(result.stopped == "was not done after 1 s");
  CHECK(result.process.duration < std::chrono::seconds(30));
  CHECK(seen_while_it_runs());
  CHECK(said(attempt("leave")) == "left one");
  CHECK(none_left());
}

TEST_CASE("its folder takes so much, a file of its so much, and no other place takes anything") {
  CHECK(said(attempt("fill", "/tmp")) == "wrote 32 MB");
  CHECK(said(attempt("grow", "/tmp/large")) == "wrote 16 MB");
  const process::TemporaryFolder folder;
  const auto file = folder.path() / "results";
  std::ofstream(file) << "";
  CHECK(said(attempt("grow", file.string(), {.shown = {}, .placed = {}, .written = file})) ==
        "wrote 16 MB");
  for (const std::string place :
       {"/file", "/dev/file", "/dev/shm/file", "/usr/file", "/etc/file"}) {
    CAPTURE(place);
    CHECK(said(attempt("write", place)) == "cannot write");
  }
  const auto shown = folder.path() / "shown";
  std::ofstream(shown) << "mine\n";
  CHECK(said(attempt("write", shown.string(), {.shown = {shown}})) == "cannot write");
  CHECK(read_file(shown) == "mine\n");
}

TEST_CASE("neither the machine's settings nor anybody's files are seen, but for what is shown") {
  const process::TemporaryFolder folder;
  const auto secret = folder.path() / "secret";
  std::ofstream(secret) << "mine\n";
  for (const auto& file :
       {std::string("/etc/passwd"), std::string("/etc/shadow"), std::string("/root/.bashrc"),
        secret.string(), "/proc/1/root" + secret.string()}) {
    CAPTURE(file);
    CHECK(said(attempt("read", file)) == "cannot read");
  }
  CHECK(said(attempt("read", secret.string(), {.shown = {secret}})) == "read: mine");
  CHECK(said(attempt("read", "/elsewhere", {.shown = {}, .placed = {{secret, "/elsewhere"}}})) ==
        "read: mine");
  for (const auto& all : {fs::path(), fs::path("/")}) {
    CHECK_THROWS_AS(attempt("read", secret.string(), {.shown = {all}}), UserError);
  }
  ::setenv("WORKSHOP_SECRET", "mine", 1);
  CHECK_THAT(attempt("read", "/proc/self/environ").process.output, !ContainsSubstring("SECRET"));
}

TEST_CASE("there is no network, not even this machine's own") {
  const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listening, 1) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const auto port = std::to_string(ntohs(address.sin_port));
  CHECK(process::run({kHostile.string(), "connect", port}).output == "connected\n");
  CHECK_THAT(said(attempt("connect", port)), ContainsSubstring("cannot connect"));
  ::close(listening);
}

TEST_CASE("it is nobody, knows no process of ours, and cannot make a sandbox of its own") {
  CHECK_THAT(said(attempt("who")), ContainsSubstring("65534 "));
  CHECK(said(attempt("kill", std::to_string(::getpid()))) == "cannot");
  CHECK(said(attempt("unshare")) == "cannot");
}

TEST_CASE("what bubblewrap has left behind is stopped with it") {
  // In its place a program whose child is in a session of its own and does not end with it.
  const process::TemporaryFolder folder;
  const auto id = folder.path() / "id";
  const auto bubblewrap = folder.path() / "bwrap";
  std::ofstream(bubblewrap) << "#!/bin/sh\nfor last; do :; done\n[ \"$last\" = true ] && exit 0\n"
                            << "setsid sleep 60 &\necho $! >'" << id.string() << "'\nwait\n";
  fs::permissions(bubblewrap, fs::perms::owner_all);
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", (folder.path().string() + ":" + path).c_str(), 1);
  const Sandbox leaves_one;
  const auto result =
      leaves_one.run({"sleeps"}, {.shown = {}, .placed = {}, .written = {}, .directory = "/"},
                     {.time_max = milliseconds(3'000)});
  ::setenv("PATH", path.c_str(), 1);
  CHECK(result.stopped == "was not done after 3 s");
  const auto left = fs::path("/proc") / std::string(trimmed(read_file(id).value_or("")));
  const auto is_gone = [&] {
    const auto state = read_file(left / "stat").value_or("");
    return state.empty() || state.find(") Z ") != std::string::npos;  // not reaped yet
  };
  CHECK(comes_true(is_gone));
}

TEST_CASE("without bubblewrap it is said what to install") {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  CHECK_THROWS_WITH(Sandbox(), ContainsSubstring("only in a sandbox") &&
                                   ContainsSubstring("apt-get install bubblewrap"));
  ::setenv("PATH", path.c_str(), 1);
}
