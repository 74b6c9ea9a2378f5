#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include "workshop/core/ids.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/testing/report.hpp"

// Tests that end in every way that the result listener tells apart. Run by listener_test.cpp.

using namespace workshop;

namespace {

bool swallow_todo() {
  try {
    todo(1, "swallowed");
  } catch (const Todo&) {
    return true;
  }
}

// NOLINTNEXTLINE(misc-no-recursion): its stack shall end.
int deeper(int depth) {
  volatile int here = depth;  // a frame that has a use
  if (here == 0) return 0;
  return deeper(depth + 1) + here;
}

int throw_todo() { todo(2, "write it"); }

}  // namespace

TEST_CASE("passes", "[given][step1]") { SUCCEED(); }

TEST_CASE("fails by its todo", "[step2]") { REQUIRE(throw_todo() == 1); }

TEST_CASE("compares ids") {
  CHECK(MessageId{"one"} == MessageId{"other"});
  CHECK(std::optional<Message>());
}

TEST_CASE("goes on after its todo", "[step2]") {
  CHECK(throw_todo() == 1);
  CHECK(1 + 1 == 2);
}

TEST_CASE("swallows a todo and passes") { CHECK(swallow_todo()); }

TEST_CASE("swallows a todo and fails for another reason") { CHECK_FALSE(swallow_todo()); }

TEST_CASE("expects a todo and fails for another reason") {
  CHECK_THROWS_AS(throw_todo(), Todo);
  CHECK_THROWS_WITH(throw_todo(), "TODO (step 2): write it");
  CHECK(1 + 1 == 3);
}

TEST_CASE("expects a todo and throws something else") {
  CHECK_THROWS_WITH(throw_todo(), "TODO (step 2): write it");
  throw std::runtime_error("out of gifts");
}

TEST_CASE("fails by a violation") {
  testing::report_violation("duplicate effect", "a story", "3f9a@A");
  testing::report_violation("garbage", "another", "3f9a@B");
  FAIL("as told");
}

TEST_CASE("expects a violation and passes") {
  testing::report_violation("garbage", "a story", "1@A");
  SUCCEED();
}

TEST_CASE("explores") {
  testing::report_exploration("holds up to 2 messages");
  testing::report_replay("what happened");
  SUCCEED();
}

TEST_CASE("throws") { throw std::runtime_error("out of gifts"); }

TEST_CASE("is skipped") { SKIP("no network"); }

TEST_CASE("prints odd bytes") { FAIL("quote \" newline \n byte \xff end"); }

TEST_CASE("crashes", "[.crash]") { std::raise(SIGSEGV); }

TEST_CASE("writes through a null pointer", "[.crash]") {
  int* volatile nowhere = nullptr;
  *nowhere = 1;
}

TEST_CASE("calls itself for ever", "[.crash]") { CHECK(deeper(1) == 0); }

TEST_CASE("exits", "[.exit]") { std::_Exit(0); }
