#pragma once

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <semaphore>
#include <source_location>
#include <stdexcept>
#include <type_traits>
#include <utility>

// Compilers warn of a variable of such a class that is made and not used, although its destructor
// does something: `auto saving = store.save(order);` without a co_await.
#if defined(__has_cpp_attribute) && __has_cpp_attribute(gnu::warn_unused)
#define WORKSHOP_WARN_UNUSED [[gnu::warn_unused]]
#else
#define WORKSHOP_WARN_UNUSED
#endif

namespace workshop {

template <class T = void>
class Task;

/// Tasks of this thread that were destroyed before they had begun, other than by an exception.
struct NeverRun {
  std::uint64_t count = 0;  ///< since the thread began
  const char* last = "";    ///< the function that made the last one, as the compiler writes it
};
/// Those of the calling thread; the count only rises.
NeverRun& tasks_never_run() noexcept;

namespace detail {

void note_never_run(const char* function) noexcept;

// The frames of tasks are made and thrown away at each operation. Each thread keeps some of those
// that end on it for the next ones. Not with a sanitizer, which could not tell that one is used
// after its end.
void* allocate_frame(std::size_t bytes);
void free_frame(void* frame, std::size_t bytes) noexcept;

struct TaskPromiseBase;

/// What `run_inline` is doing on this thread. Once it has awaited too many tasks it is left where
/// it is, as by a crash: no `catch` of it can go on.
class InlineRun {
 public:
  /// From now on a task that awaits more than `awaits_max` others is too long, on every thread. For
  /// programs of tests, before their first; else there is no such bound.
  static void limit(std::uint32_t awaits_max) noexcept { awaits_max_ = awaits_max; }
  /// That bound.
  static std::uint32_t awaits_max() noexcept { return awaits_max_; }

  InlineRun() noexcept : outer_(std::exchange(current_, this)) { note_progress(); }
  InlineRun(const InlineRun&) = delete;
  InlineRun& operator=(const InlineRun&) = delete;
  ~InlineRun() {
    current_ = outer_;
    note_progress();
  }

  /// Whether `task`, which is about to be awaited on this thread, is one too many.
  static bool is_too_long(const TaskPromiseBase& task) noexcept {
    if (current_ == nullptr) return false;
    note_progress();
    return current_->awaits_count_++ >= awaits_max_ && current_->stop_at(task);
  }
  /// Why its task has not come to its end.
  [[noreturn]] void refuse() const;

  /// Rises whenever this thread begins, awaits something in, or ends an inline run; for the thread
  /// that watches it. Odd while one is under way.
  static std::atomic<std::uint64_t>& progress() noexcept { return progress_; }

 private:
  static void note_progress() noexcept {
    const auto before = progress_.load(std::memory_order_relaxed);  // only this thread changes it
    const std::uint64_t is_under_way = current_ != nullptr ? 1 : 0;
    progress_.store(((before / 2 + 1) * 2) + is_under_way, std::memory_order_relaxed);
  }
  bool stop_at(const TaskPromiseBase& task) noexcept {
    stopped_at_ = &task;
    return true;
  }

  static constinit inline std::uint32_t awaits_max_ = 0xffff'ffff;
  static constinit inline thread_local InlineRun* current_ = nullptr;
  static constinit inline thread_local std::atomic<std::uint64_t> progress_ = 0;

  InlineRun* outer_;
  std::uint32_t awaits_count_ = 0;
  const TaskPromiseBase* stopped_at_ = nullptr;
};

/// What all promises share: the coroutine that awaits this task, and the failure it ended with.
struct TaskPromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();
  std::exception_ptr failure;
  const char* function = "";  ///< the coroutine, as the compiler writes it
  bool started = false;
  /// The task that awaits this one, and where; for whoever says in which line an execution stands.
  const TaskPromiseBase* caller = nullptr;
  std::source_location called_at = {};
  std::source_location awaits_at = {};  ///< where it awaits something that is no task
  /// The task of this thread that was the last to await something that is no task.
  static constinit inline thread_local const TaskPromiseBase* innermost = nullptr;

  /// Of the lines that await each other, from `here` in this task outwards, the first one that is
  /// not of the library; without a file when all are.
  std::source_location own_line(std::source_location here) const noexcept;

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      return self.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept { free_frame(frame, bytes); }

  std::suspend_always initial_suspend(
      const std::source_location& here = std::source_location::current()) noexcept {
    function = here.function_name();
    return {};
  }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { failure = std::current_exception(); }

  // Where a co_await stands, it says itself: the default argument is evaluated there.
  template <class T>
  Task<T>&& await_transform(
      Task<T>&& task, const std::source_location& here = std::source_location::current()) noexcept {
    task.note_caller(*this, here);
    return static_cast<Task<T>&&>(task);
  }
  template <class Other>
  Other&& await_transform(
      Other&& other, const std::source_location& here = std::source_location::current()) noexcept {
    awaits_at = here;
    innermost = this;
    return static_cast<Other&&>(other);
  }
};

// The result is kept in a union, because every handler would be compiled with std::optional for
// each type that it awaits, which takes a fifth of its compile time.
template <class T>
struct TaskPromise : TaskPromiseBase {
  union {
    T value;
  };
  bool has_value = false;

  TaskPromise() noexcept {}
  TaskPromise(const TaskPromise&) = delete;
  TaskPromise& operator=(const TaskPromise&) = delete;
  ~TaskPromise() {
    if (has_value) value.~T();
  }

  Task<T> get_return_object() noexcept;
  template <class U = T>
  void return_value(U&& result) {
    ::new (static_cast<void*>(std::addressof(value))) T(std::forward<U>(result));
    has_value = true;
  }
  T take() {
    if (failure) std::rethrow_exception(failure);
    return std::move(value);
  }
};

template <>
struct TaskPromise<void> : TaskPromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const {
    if (failure) std::rethrow_exception(failure);
  }
};

}  // namespace detail

/// A lazy coroutine: it does nothing until it is awaited (or started with `resume`).
///
/// A task owns its frame: destroying a suspended task destroys the frames of everything it awaits,
/// from the inside out, and runs their destructors. That is how the explorer simulates a crash.
/// A task is awaited at most once, and never by two coroutines.
///
/// Not thread-safe. A task that another thread may resume, such as one that awaits an answer of a
/// network, is destroyed only on that thread, or when it is certain that nothing resumes it any
/// more: what it awaits can drop a resumption that has not begun, but nobody can take back one that
/// has, and then the frame is destroyed while it runs. To give up waiting, give what is awaited a
/// deadline, and let the task end.
///
/// Awaiting transfers control symmetrically, so that long chains of tasks use no stack.
template <class T>
class [[nodiscard("a task that is never awaited never runs")]] WORKSHOP_WARN_UNUSED Task {
 public:
  /// For the compiler.
  using promise_type = detail::TaskPromise<T>;
  /// Of the coroutine that the task owns.
  using Handle = std::coroutine_handle<promise_type>;

  Task() noexcept = default;
  /// Takes the coroutine; `other` has none any more.
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  /// The same; a coroutine that this task has had is destroyed.
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { destroy(); }

  /// True when the task holds a coroutine (it was not moved from).
  explicit operator bool() const noexcept { return static_cast<bool>(handle_); }
  /// True when the coroutine has ended, normally or with an exception.
  bool done() const noexcept { return handle_ && handle_.done(); }
  /// Runs a task that nobody awaits until it first suspends or ends. For drivers only.
  void resume() {
    handle_.promise().started = true;
    handle_.resume();
  }
  /// The result of a task that is done; rethrows what it threw. Call once.
  T take() { return handle_.promise().take(); }

  /// What `co_await` of a task waits by: the coroutine starts at once, and its end resumes who
  /// awaits it.
  struct Awaiter {
    Handle task;  ///< that is awaited
    /// Never: a task begins when it is awaited.
    bool await_ready() const noexcept { return false; }
    /// Goes over to the task; back to `run_inline` when that has awaited too many.
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) const noexcept {
      task.promise().continuation = awaiting;
      task.promise().started = true;
      if (detail::InlineRun::is_too_long(task.promise())) return std::noop_coroutine();
      return task;
    }
    /// The result, or what the task threw.
    T await_resume() const { return task.promise().take(); }
  };
  /// Awaits the task, once: `co_await store.get(key)`.
  Awaiter operator co_await() && noexcept { return Awaiter{handle_}; }

 private:
  friend promise_type;
  friend detail::TaskPromiseBase;
  explicit Task(Handle handle) noexcept : handle_(handle) {}

  void note_caller(const detail::TaskPromiseBase& caller,
                   const std::source_location& here) noexcept {
    if (!handle_) return;
    handle_.promise().caller = &caller;
    handle_.promise().called_at = here;
  }

  void destroy() noexcept {
    if (!handle_) return;
    if (!handle_.promise().started) detail::note_never_run(handle_.promise().function);
    handle_.destroy();
  }

  Handle handle_;
};

namespace detail {

template <class T>
Task<T> TaskPromise<T>::get_return_object() noexcept {
  return Task<T>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}

inline Task<void> TaskPromise<void>::get_return_object() noexcept {
  return Task<void>{std::coroutine_handle<TaskPromise>::from_promise(*this)};
}

}  // namespace detail

// Compiled once, in the library, and not with every handler.
extern template class Task<void>;
extern template struct detail::TaskPromise<bool>;
extern template class Task<bool>;

namespace detail {

/// Runs one task for a thread that waits in sync_wait. It wakes the thread only when it is
/// suspended at its end: the thread destroys the frame at once, so nothing may still run in it.
struct SyncRunner {
  struct promise_type {
    std::binary_semaphore* done = nullptr;

    struct FinalAwaiter {
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<promise_type> self) const noexcept {
        self.promise().done->release();
      }
      void await_resume() const noexcept {}
    };

    SyncRunner get_return_object() noexcept {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    FinalAwaiter final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };

  /// Blocks until the coroutine has ended, and destroys its frame.
  void run() {
    std::binary_semaphore done{0};
    handle.promise().done = &done;
    handle.resume();
    done.acquire();
    handle.destroy();
  }

  std::coroutine_handle<promise_type> handle;
};

template <class T>
SyncRunner run_for_waiter(Task<T>& task, std::optional<T>& result, std::exception_ptr& failure) {
  try {
    result.emplace(co_await std::move(task));
  } catch (...) {
    failure = std::current_exception();
  }
}

inline SyncRunner run_for_waiter(Task<void>& task, std::exception_ptr& failure) {
  try {
    co_await std::move(task);
  } catch (...) {
    failure = std::current_exception();
  }
}

}  // namespace detail

/// What `run_inline` throws of a task that awaits too many others, such as a handler that loads in
/// an endless loop. Like Todo it is no std::exception, so that no test that expects a failure
/// takes it for one.
class NeverEnds {
 public:
  /// As `run_inline` throws it.
  explicit NeverEnds(const std::source_location& awaits_at) noexcept : awaits_at_(awaits_at) {}
  /// Where it awaits again and again: the innermost line that is not the library's, or the
  /// library's where all are.
  const std::source_location& awaits_at() const noexcept { return awaits_at_; }

 private:
  std::source_location awaits_at_;
};

/// Runs a task that never suspends (an operation of an in-process store or broker, a handler on
/// them) and returns its result, or rethrows its exception. Throws std::logic_error when the task
/// does suspend, and NeverEnds when it awaits more tasks than a program of tests allows
/// (detail::InlineRun::limit).
template <class T>
T run_inline(Task<T> task) {
  const detail::InlineRun run;
  task.resume();
  if (!task.done()) run.refuse();
  return task.take();
}

/// Runs a task to its end and returns its result, or rethrows its exception. Blocks the calling
/// thread until then; the task may finish on another thread. Never call it inside a coroutine.
template <class T>
T sync_wait(Task<T> task) {
  std::exception_ptr failure;
  if constexpr (std::is_void_v<T>) {
    detail::run_for_waiter(task, failure).run();
    if (failure) std::rethrow_exception(failure);
  } else {
    std::optional<T> result;
    detail::run_for_waiter(task, result, failure).run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
  }
}

}  // namespace workshop
