#include "workshop/runtime/thread_pool.hpp"

#include <algorithm>

namespace workshop {
namespace {

thread_local std::uint64_t turns_count = 0;  // of this thread

}  // namespace

ThreadPool::ThreadPool(int threads_count) {
  try {
    for (int i = 0; i < threads_count; ++i) threads_.emplace_back([this] { run(); });
  } catch (...) {
    join();
    throw;
  }
}

ThreadPool::~ThreadPool() { join(); }

void ThreadPool::join() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  came_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

ThreadPool::Turn ThreadPool::turn() const noexcept {
  return current() == this ? Turn{&turns_count, turns_count} : Turn{};
}

void ThreadPool::make_ready(std::coroutine_handle<> waiting) noexcept {
  make_all_ready({&waiting, 1});
}

void ThreadPool::make_all_ready(std::span<const std::coroutine_handle<>> waiting) noexcept {
  std::size_t wanted = 0;
  {
    const std::lock_guard lock(mutex_);
    ready_.insert(ready_.end(), waiting.begin(), waiting.end());
    wanted = std::min(idle_count_, ready_.size());
  }
  for (; wanted > 0; --wanted) came_.notify_one();
}

void ThreadPool::run() {
  const ScopedResumer here(*this);
  std::unique_lock lock(mutex_);
  while (true) {
    if (ready_.empty()) {
      if (ends_) return;
      ++idle_count_;
      came_.wait(lock);
      --idle_count_;
      continue;
    }
    const auto next = ready_.front();
    ready_.pop_front();
    lock.unlock();
    ++turns_count;
    next.resume();
    lock.lock();
  }
}

}  // namespace workshop
