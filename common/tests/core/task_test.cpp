#include "workshop/core/task.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "workshop/core/sanitized.hpp"

using namespace workshop;

namespace {

// Suspends until the test resumes it.
struct Gate {
  std::coroutine_handle<> waiting;
  auto operator co_await() {
    struct Awaiter {
      Gate* gate;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> handle) const noexcept { gate->waiting = handle; }
      void await_resume() const noexcept {}
    };
    return Awaiter{this};
  }
};

struct Counted {
  explicit Counted(int& alive) : alive_(&alive) { ++*alive_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { --*alive_; }
  int* alive_;
};

Task<int> inner(Gate& gate, int& alive) {
  const Counted counted(alive);
  co_await gate;
  co_return 42;
}

Task<std::string> outer(Gate& gate, int& alive) {
  const Counted counted(alive);
  co_return "got " + std::to_string(co_await inner(gate, alive));
}

Task<int> fails() {
  throw std::runtime_error("no gifts left");
  co_return 0;
}

Task<int> sum_to(int n) {
  if (n == 0) co_return 0;
  co_return n + co_await sum_to(n - 1);
}

Task<int> many_in_a_row(int n) {
  int sum = 0;
  for (int i = 0; i < n; ++i) sum += co_await sum_to(1);
  co_return sum;
}

Task<int> on_another_thread(std::thread& thread) {
  struct Hop {
    std::thread* thread;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) const {
      *thread = std::thread([handle] { handle.resume(); });
    }
    void await_resume() const noexcept {}
  };
  co_await Hop{&thread};
  co_return 7;
}

constexpr std::uint_least32_t kNeverEndsAwaits = __LINE__ + 5;
Task<void> never_ends(int& alive) {
  Counted counted(alive);
  for (;;) {
    try {
      co_await fails();
    } catch (...) {  // it does not let itself be stopped
    }
  }
}

}  // namespace

TEST_CASE("a task does nothing until it is started") {
  Gate gate;
  int alive = 0;
  auto task = outer(gate, alive);
  CHECK(alive == 0);
  task.resume();
  CHECK(alive == 2);
  CHECK_FALSE(task.done());
  gate.waiting.resume();
  REQUIRE(task.done());
  CHECK(task.take() == "got 42");
  CHECK(alive == 0);
}

TEST_CASE("destroying a suspended task destroys the frames of all it awaits") {
  Gate gate;
  int alive = 0;
  {
    auto task = outer(gate, alive);
    task.resume();
    CHECK(alive == 2);
  }
  CHECK(alive == 0);
}

TEST_CASE("an exception goes to who awaits") {
  CHECK_THROWS_AS(run_inline(fails()), std::runtime_error);
  CHECK_THROWS_AS(sync_wait(fails()), std::runtime_error);
}

TEST_CASE("a task that suspends is refused where it must not") {
  Gate gate;
  int alive = 0;
  CHECK_THROWS_AS(run_inline(outer(gate, alive)), std::logic_error);
  CHECK(alive == 0);
}

TEST_CASE("awaiting a million tasks in a row uses no stack") {
  // With sanitizers, Clang makes no tail calls.
  const int count = WORKSHOP_SANITIZED ? 10'000 : 1'000'000;
  CHECK(run_inline(many_in_a_row(count)) == count);
}

TEST_CASE("a task that awaits too many others is left where it is, whatever it catches") {
  detail::InlineRun::limit(1'000);
  int alive = 0;
  std::uint_least32_t line = 0;
  try {
    run_inline(never_ends(alive));
  } catch (const NeverEnds& error) {
    line = error.awaits_at().line();
    CHECK(std::string(error.awaits_at().file_name()).ends_with("task_test.cpp"));
  }
  CHECK(line == kNeverEndsAwaits);
  CHECK(alive == 0);
  CHECK(run_inline(many_in_a_row(400)) == 400);
  detail::InlineRun::limit(0xffff'ffff);
}

TEST_CASE("sync_wait waits for a task that ends on another thread") {
  std::thread thread;
  CHECK(sync_wait(on_another_thread(thread)) == 7);
  thread.join();
}
