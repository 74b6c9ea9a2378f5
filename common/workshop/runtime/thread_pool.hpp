#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "workshop/core/resumer.hpp"

namespace workshop {

/// Threads that run the coroutines which are ready, in the order in which they became so. On these
/// threads it is the current Resumer: whatever a coroutine waits for there, it goes on there.
///
/// A coroutine needs no memory to become ready, and those of a group become ready at once; with
/// asio's pool each is an allocation and a lock of its own.
class ThreadPool final : public Resumer {
 public:
  /// Throws std::system_error when a thread cannot be started.
  explicit ThreadPool(int threads_count);
  /// Joins.
  ~ThreadPool() override;

  /// Returns when nothing is ready any more, and the threads have ended. Nothing may become ready
  /// afterwards.
  void join();

  /// A turn of a coroutine: another one each time that a thread of the pool takes one up.
  struct Turn {
    const void* thread = nullptr;  ///< which thread's; null: of none of the pool
    std::uint64_t number = 0;      ///< how many turns it has had by then
    /// Whether nobody else has had the thread in between.
    bool operator==(const Turn&) const = default;
  };
  /// Which turn this is; on a thread of somebody else the one without a thread.
  Turn turn() const noexcept;

 private:
  void make_ready(std::coroutine_handle<> waiting) noexcept override;
  void make_all_ready(std::span<const std::coroutine_handle<>> waiting) noexcept override;
  void run();

  std::mutex mutex_;  // guards the members below, but the threads
  std::condition_variable came_;
  std::deque<std::coroutine_handle<>> ready_;
  std::size_t idle_count_ = 0;  // threads that wait, also those that are being woken
  bool ends_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace workshop
