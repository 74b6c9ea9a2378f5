#include "workshop/core/resumer.hpp"

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <coroutine>
#include <future>
#include <thread>

namespace workshop::tests {
namespace {

/// Its `resume` has made the coroutine ready, and stays until it is let go.
class Lingering final : public Resumer {
 public:
  std::promise<void> ready;
  std::promise<void> let_go;

 private:
  void make_ready(std::coroutine_handle<>) noexcept override {
    ready.set_value();
    let_go.get_future().wait();
  }
};

}  // namespace

TEST_CASE("who owns a resumer waits for the threads that are still inside it") {
  Lingering resumer;
  std::atomic<bool> is_left = false;
  std::thread caller([&] {
    resumer.resume(std::noop_coroutine());
    is_left = true;
  });
  resumer.ready.get_future().wait();  // from here on the coroutine could have ended
  auto owner = std::async(std::launch::async, [&] { resumer.await_callers(); });
  CHECK(owner.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  CHECK_FALSE(is_left);
  resumer.let_go.set_value();
  owner.get();
  caller.join();
  resumer.await_callers();  // nobody is there
}

}  // namespace workshop::tests
