#pragma once

#include <atomic>
#include <coroutine>
#include <span>

namespace workshop {

/// Where coroutines go on after they have waited for what another thread does. Whoever runs
/// coroutines on threads of its own, as the Host does, makes itself known to those threads; what
/// lets a coroutine wait asks for it there, before the coroutine is suspended.
class Resumer {
 public:
  Resumer() = default;
  Resumer(const Resumer&) = delete;
  Resumer& operator=(const Resumer&) = delete;
  virtual ~Resumer() = default;

  /// Lets the coroutine go on, soon, on a thread of this resumer. Any thread may call; it does not
  /// wait for the coroutine.
  void resume(std::coroutine_handle<> waiting) noexcept {
    callers_count_.fetch_add(1, std::memory_order_relaxed);
    make_ready(waiting);
    callers_count_.fetch_sub(1, std::memory_order_release);  // the last that it does with *this
  }

  /// The same for all of them, in their order.
  void resume(std::span<const std::coroutine_handle<>> waiting) noexcept {
    callers_count_.fetch_add(1, std::memory_order_relaxed);
    make_all_ready(waiting);
    callers_count_.fetch_sub(1, std::memory_order_release);
  }

  /// Returns when no thread is inside `resume` any more. A coroutine may have gone on and ended
  /// while the thread that resumed it is still there; so whoever owns a resumer calls this when its
  /// coroutines have ended, before it is destroyed.
  void await_callers() const noexcept;

  /// The resumer of the calling thread, or nullptr: then whoever ends the waiting resumes the
  /// coroutine itself.
  static Resumer* current() noexcept;

 private:
  /// What `resume` does.
  virtual void make_ready(std::coroutine_handle<> waiting) noexcept = 0;
  virtual void make_all_ready(std::span<const std::coroutine_handle<>> waiting) noexcept {
    for (const auto each : waiting) make_ready(each);
  }

  std::atomic<int> callers_count_{0};
};

/// Makes `resumer` the calling thread's `Resumer::current()` for as long as this object lives.
class ScopedResumer {
 public:
  /// `resumer` must outlive this object.
  explicit ScopedResumer(Resumer& resumer) noexcept;
  ~ScopedResumer();
  ScopedResumer(const ScopedResumer&) = delete;
  ScopedResumer& operator=(const ScopedResumer&) = delete;

 private:
  Resumer* previous_;
};

}  // namespace workshop
