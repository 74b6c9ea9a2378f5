// A handler in small: a coroutine that waits, goes on and is destroyed.
#include <coroutine>
#include <cstdio>

namespace {

struct Hello {
  struct promise_type {
    Hello get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

Hello greet(int& count) {
  ++count;
  co_await std::suspend_always{};
  ++count;
}

}  // namespace

int main() {
  int count = 0;
  auto hello = greet(count);
  hello.handle.resume();
  hello.handle.resume();
  const bool right = count == 2 && hello.handle.done();
  hello.handle.destroy();
  std::puts(right ? "seen: a hello coroutine ran" : "seen: a hello coroutine went wrong");
  return right ? 0 : 1;
}
