#include "workshop/testing/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "workshop/core/todo.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::testing {
namespace {

using Catch::Matchers::ContainsSubstring;
using process::TemporaryFolder;

struct WritesWhenDestroyed {
  std::string path;
  ~WritesWhenDestroyed() { std::ofstream(path) << "destroyed"; }
};

constexpr const char* kWriter = "a writer, [killed] at \"points\", in a process of its own";

TEST_CASE(kWriter, "[.child]") {
  as_child([](Parent& parent) {
    const std::string folder = std::getenv("FOLDER");
    const WritesWhenDestroyed destroyed{folder + "/destroyed"};
    std::ofstream(folder + "/first") << "1" << std::flush;
    parent.announce("first");
    parent.hold_at("held");
    std::ofstream(folder + "/second") << "2" << std::flush;
    parent.hold_at("held again");
  });
}

TEST_CASE("a child is killed where it stands, and no destructor of it runs") {
  TemporaryFolder folder;
  ChildProcess writer(kWriter, {{"FOLDER", folder.path()}});
  writer.wait_for("held");
  writer.wait_for("first");
  writer.kill();
  CHECK(std::filesystem::exists(folder.file("first")));
  CHECK_FALSE(std::filesystem::exists(folder.file("second")));
  CHECK_FALSE(std::filesystem::exists(folder.file("destroyed")));
}

TEST_CASE("a child that is let go runs on, to its end") {
  TemporaryFolder folder;
  ChildProcess writer(kWriter, {{"FOLDER", folder.path()}});
  writer.wait_for("held");
  writer.let_go();
  writer.wait_for("held again");
  CHECK(std::filesystem::exists(folder.file("second")));
  CHECK_FALSE(std::filesystem::exists(folder.file("destroyed")));
  writer.let_go();
  writer.wait_for_end();
  CHECK(std::filesystem::exists(folder.file("destroyed")));
}

TEST_CASE("a child that nobody needs any more is killed") {
  TemporaryFolder folder;
  {
    ChildProcess writer(kWriter, {{"FOLDER", folder.path()}});
    writer.wait_for("held");
  }
  CHECK_FALSE(std::filesystem::exists(folder.file("destroyed")));
}

TEST_CASE("a failing child", "[.child]") {
  as_child([](Parent& parent) {
    const std::string how = std::getenv("HOW");
    std::puts("some last words");
    parent.announce("begun");
    if (how == "todo") todo(2, "write it");
    if (how == "exception") throw std::runtime_error("no such\nluck");
    if (how == "abort") std::abort();
    CHECK(how == "end");
  });
}

TEST_CASE("what a child's code throws is thrown where it is waited for") {
  ChildProcess child("a failing child", {{"HOW", "todo"}});
  try {
    child.wait_for("never");
    FAIL("it waited for nothing");
  } catch (const Todo& todo) {
    CHECK(todo.step() == 2);
    CHECK(todo.what() == "write it");
  }
  ChildProcess other("a failing child", {{"HOW", "exception"}});
  CHECK_THROWS_WITH(other.wait_for_end(), ContainsSubstring("no such luck"));
}

TEST_CASE("a child that ends too early is told with what it printed") {
  const auto how = GENERATE(Catch::Generators::as<std::string>{}, "abort", "check", "end");
  ChildProcess child("a failing child", {{"HOW", how}});
  CHECK_THROWS_WITH(child.wait_for("never"),
                    ContainsSubstring("ended before it came to \"never\"") &&
                        ContainsSubstring("a failing child"));
  if (how == "end") {
    child.wait_for_end();
  } else {
    CHECK_THROWS_WITH(child.wait_for_end(), ContainsSubstring("failed"));
  }
}

TEST_CASE("a child that has ended cannot be killed any more") {
  ChildProcess child("a failing child", {{"HOW", "end"}});
  CHECK_THROWS(child.wait_for("never"));
  CHECK_THROWS_WITH(child.kill(), ContainsSubstring("had ended by itself"));
}

TEST_CASE("a test case that does not exist is no child") {
  ChildProcess child("no such test case");
  CHECK_THROWS_WITH(child.wait_for("never"), ContainsSubstring("ended before"));
}

TEST_CASE("waiting for what never comes ends in time") {
  TemporaryFolder folder;
  ChildProcess writer(kWriter, {{"FOLDER", folder.path()}});
  writer.wait_for("held");
  CHECK_THROWS_WITH(writer.wait_for("never", std::chrono::milliseconds(20)),
                    ContainsSubstring("took too long"));
}

TEST_CASE("a grandchild that holds a pipe open", "[.child]") {
  as_child([](Parent& parent) {
    const int file = ::open(std::getenv("PIPE"), O_WRONLY | O_CLOEXEC);
    parent.hold_at("open");
    ::close(file);
  });
}

TEST_CASE("a parent of a child that waits", "[.child]") {
  as_child([](Parent& parent) {
    ChildProcess grandchild("a grandchild that holds a pipe open");
    grandchild.wait_for("open");
    parent.hold_at("it is open");
  });
}

TEST_CASE("a child ends with its parent, however that ends") {
  TemporaryFolder folder;
  const auto path = folder.file("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  REQUIRE(file >= 0);
  ChildProcess parent("a parent of a child that waits", {{"PIPE", path}});
  parent.wait_for("it is open");
  pollfd pipe = {.fd = file, .events = POLLIN, .revents = 0};
  CHECK(::poll(&pipe, 1, 0) == 0);
  parent.kill();
  CHECK(::poll(&pipe, 1, 60'000) == 1);  // the only writer of the pipe has ended
  ::close(file);
}

TEST_CASE("code of a child refuses to run in a process that nobody started") {
  CHECK_THROWS_AS(as_child([](Parent&) {}), std::logic_error);
}

}  // namespace
}  // namespace workshop::testing
