#pragma once

#include <coroutine>

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
  virtual void resume(std::coroutine_handle<> waiting) noexcept = 0;

  /// The resumer of the calling thread, or nullptr: then whoever ends the waiting resumes the
  /// coroutine itself.
  static Resumer* current() noexcept;
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
