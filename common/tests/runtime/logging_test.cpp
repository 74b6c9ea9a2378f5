#include "workshop/runtime/logging.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <thread>

#include "workshop/protocol/variables.hpp"
#include "workshop/testing/child_process.hpp"

namespace workshop::tests {
namespace {

using Catch::Matchers::ContainsSubstring;
using Lines = std::vector<std::string>;

TEST_CASE("a line has its level, its event and its values") {
  CapturedLog captured;
  log(LogLevel::info, "handled", {{"endpoint", "orders"}, {"delivery", "2"}});
  log(LogLevel::error, "dead-lettered", {});
  CHECK(captured.lines() ==
        Lines{"info handled endpoint=orders delivery=2", "error dead-lettered"});
  CHECK(captured.has_line_with({"handled", "delivery=2"}));
  CHECK_FALSE(captured.has_line_with({"handled", "delivery=3"}));
}

TEST_CASE("no value breaks its line or passes for another one") {
  CapturedLog captured;
  log(LogLevel::warning, "abandoned",
      {{"a", "two words"}, {"b", "say \"no\""}, {"c", "line\nend\x1b"}, {"d", ""}, {"e", "{}%v"}});
  CHECK(captured.lines() ==
        Lines{R"(warning abandoned a="two words" b="say \"no\"" c="line\nend\u001b" d="" e={}%v)"});
}

TEST_CASE("lines below the level are not written") {
  CapturedLog captured;
  set_log_level(LogLevel::warning);
  log(LogLevel::info, "handled", {});
  log(LogLevel::warning, "abandoned", {});
  CHECK_FALSE(logs(LogLevel::info));
  set_log_level(LogLevel::off);
  log(LogLevel::error, "dead-lettered", {});
  CHECK_FALSE(logs(LogLevel::off));
  CHECK(captured.lines() == Lines{"warning abandoned"});
}

TEST_CASE("a captured log gives back the level it found") {
  set_log_level(LogLevel::off);
  {
    CapturedLog captured;
  }
  CHECK_FALSE(logs(LogLevel::error));
}

TEST_CASE("lines of several threads stay whole") {
  CapturedLog captured;
  const auto write = [] {
    for (int i = 0; i < 100; ++i) log(LogLevel::info, "handled", {{"number", std::to_string(i)}});
  };
  std::thread other(write);
  write();
  other.join();
  CHECK(captured.lines().size() == 200);
}

constexpr const char* kProcess = "a process that logs";

TEST_CASE(kProcess, "[.child]") {
  testing::as_child([](testing::Parent& parent) {
    for (const auto level : {LogLevel::debug, LogLevel::warning, LogLevel::error}) {
      if (logs(level)) parent.announce("level " + std::to_string(static_cast<int>(level)));
    }
    log(LogLevel::warning, "heard", {{"value", "here"}});
    parent.announce("end");
  });
}

TEST_CASE("the variable says what is written, and without it nothing is") {
  testing::ChildProcess quiet(kProcess, {{protocol::variable::kLog, ""}});
  quiet.wait_for("end");
  CHECK_THROWS(quiet.wait_for("level 3", std::chrono::milliseconds(1)));
  testing::ChildProcess warning(kProcess, {{protocol::variable::kLog, "warning"}});
  warning.wait_for("level 2");
  warning.wait_for("level 3");
  warning.wait_for("end");
  CHECK_THROWS_WITH(warning.wait_for("level 0", std::chrono::milliseconds(1)),
                    ContainsSubstring("Z warning heard value=here\n"));
}

}  // namespace
}  // namespace workshop::tests
