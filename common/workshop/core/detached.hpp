#pragma once

#include <coroutine>
#include <exception>

namespace workshop {

/// A coroutine that nobody awaits: it runs until it first waits, and its frame goes when it ends.
/// An exception that leaves it ends the program.
struct Detached {
  /// What the language asks of such a coroutine.
  struct promise_type {
    /// There is nothing to hold.
    Detached get_return_object() const noexcept { return {}; }
    /// It runs at once.
    std::suspend_never initial_suspend() const noexcept { return {}; }
    /// Its frame goes by itself.
    std::suspend_never final_suspend() const noexcept { return {}; }
    /// It has no result.
    void return_void() const noexcept {}
    /// Nobody could catch it: the program ends.
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace workshop
