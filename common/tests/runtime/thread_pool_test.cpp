#include "workshop/runtime/thread_pool.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include "workshop/core/detached.hpp"

namespace workshop::tests {
namespace {

/// Coroutines that wait for their first turn, each of which does one thing then.
class Waiting {
 public:
  void add(std::function<void()> what) { does(std::move(what)); }
  const std::vector<std::coroutine_handle<>>& all() const { return all_; }

 private:
  struct Here {
    std::vector<std::coroutine_handle<>>& all;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { all.push_back(self); }
    void await_resume() const noexcept {}
  };
  Detached does(std::function<void()> what) {
    const auto kept = std::move(what);
    co_await Here{all_};
    kept();
  }

  std::vector<std::coroutine_handle<>> all_;
};

}  // namespace

TEST_CASE("what is ready runs in its order, and before a pool has joined") {
  std::vector<int> order;
  Waiting waiting;
  for (int i = 0; i < 5; ++i) waiting.add([&order, i] { order.push_back(i); });
  ThreadPool pool(1);
  pool.resume(waiting.all().front());
  pool.resume(std::span(waiting.all()).subspan(1));
  pool.join();
  CHECK(order == std::vector<int>{0, 1, 2, 3, 4});
}

TEST_CASE("each thread of a pool that waits is woken for a group") {
  constexpr int kThreads = 3;
  std::atomic<int> count = 0;
  std::promise<void> last;
  const auto all_here = last.get_future().share();
  const auto meets = [&] {
    return all_here.wait_for(std::chrono::seconds(10)) == std::future_status::ready;
  };
  Waiting waiting;
  for (int i = 0; i < kThreads; ++i) {
    waiting.add([&] {
      if (++count == kThreads) last.set_value();
      meets();
    });
  }
  ThreadPool pool(kThreads);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));  // by then most of them wait
  pool.resume(waiting.all());
  CHECK(meets());
  pool.join();
}

TEST_CASE("each turn is another one, and outside of a pool there is none") {
  std::vector<ThreadPool::Turn> turns;
  bool is_one_turn = false;
  bool is_resumer = false;
  Waiting waiting;
  ThreadPool pool(1);
  ThreadPool other(1);
  for (int i = 0; i < 2; ++i) {
    waiting.add([&] {
      turns.push_back(pool.turn());
      is_one_turn = pool.turn() == turns.back();
      is_resumer = Resumer::current() == &pool && other.turn() == ThreadPool::Turn{};
    });
  }
  pool.resume(waiting.all());
  pool.join();
  REQUIRE(turns.size() == 2);
  CHECK(turns[0] != turns[1]);
  CHECK(turns[0] != ThreadPool::Turn{});
  CHECK(is_one_turn);
  CHECK(is_resumer);
  CHECK(pool.turn() == ThreadPool::Turn{});
}

}  // namespace workshop::tests
