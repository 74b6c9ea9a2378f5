#pragma once

#include <coroutine>
#include <exception>

namespace workshop {

/// A coroutine that nobody awaits: it runs until it first waits, and its frame goes when it ends. An
/// exception that leaves it ends the program.
struct Detached {
  struct promise_type {
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace workshop
