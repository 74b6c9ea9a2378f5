#include "workshop/sqlite/group_commit.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "workshop/core/detached.hpp"

namespace workshop::detail {

namespace {

/// So many groups of one in a row say that nobody comes at the same time any more.
constexpr int kLonelyMax = 16;

/// A place in the queue of those that are ready to run.
struct Turn {
  std::mutex mutex;
  std::condition_variable came;
  bool has_come = false;
};

struct Through {
  Resumer& resumer;
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> self) const { resumer.resume(self); }
  void await_resume() const noexcept {}
};

/// The turn comes after all that are ready to run on `resumer` now.
Detached queue_up(Resumer& resumer, std::shared_ptr<Turn> turn) {
  co_await Through{resumer};
  {
    const std::lock_guard lock(turn->mutex);
    turn->has_come = true;
  }
  turn->came.notify_one();
}

/// Those of one resumer become ready at once. A write belongs to its coroutine, which may end as
/// soon as it goes on.
void resume_all(std::span<GroupedWrite* const> group) {
  std::vector<std::coroutine_handle<>> waiting;
  waiting.reserve(group.size());
  while (!group.empty()) {
    auto* const resumer = group.front()->resumer;
    waiting.clear();
    while (!group.empty() && group.front()->resumer == resumer) {
      waiting.push_back(group.front()->waiting);
      group = group.subspan(1);
    }
    if (resumer != nullptr) {
      resumer->resume(waiting);
    } else {
      for (const auto each : waiting) each.resume();
    }
  }
}

}  // namespace

GroupCommit::GroupCommit(Commit commit, std::size_t writes_max)
    : commit_(std::move(commit)), writes_max_(writes_max) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

/// False when others wait or are being committed: then the write waits with them.
bool GroupCommit::commit_alone(GroupedWrite& write) {
  {
    const std::lock_guard lock(mutex_);
    if (commits_ || crowded_ || !queue_.empty()) return false;
    commits_ = true;
  }
  GroupedWrite* const group[] = {&write};
  commit_(group);
  bool others_wait = false;
  {
    const std::lock_guard lock(mutex_);
    commits_ = false;
    others_wait = !queue_.empty();
  }
  if (others_wait) changed_.notify_one();
  return true;
}

/// When this has put the write into the queue, another thread may resume and end the coroutine.
void GroupCommit::enqueue(GroupedWrite& write, std::coroutine_handle<> waiting) {
  write.waiting = waiting;
  write.resumer = Resumer::current();
  bool is_awaited = false;
  {
    const std::lock_guard lock(mutex_);
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    queue_.push_back(&write);
    is_awaited = !commits_ && queue_.size() == 1;
  }
  if (is_awaited) changed_.notify_one();
}

/// Those that wait keep their resumer alive until they are committed.
void GroupCommit::give_way(std::unique_lock<std::mutex>& lock) {
  auto* const resumer = queue_.front()->resumer;
  const bool is_of_several = crowded_ || queue_.size() > 1;
  if (resumer == nullptr || !is_of_several || queue_.size() >= writes_max_) return;
  lock.unlock();
  const auto turn = std::make_shared<Turn>();
  queue_up(*resumer, turn);
  {
    std::unique_lock waits(turn->mutex);
    turn->came.wait_for(waits, kGivesWayMax, [&] { return turn->has_come; });
  }
  lock.lock();
}

void GroupCommit::run() {
  std::vector<GroupedWrite*> group;
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !commits_ && (stops_ || !queue_.empty()); });
    if (queue_.empty()) return;
    give_way(lock);
    const auto count = std::min(queue_.size(), writes_max_);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    group.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);
    commits_ = true;
    lonely_count_ = count > 1 ? 0 : lonely_count_ + 1;
    crowded_ = lonely_count_ < kLonelyMax;
    lock.unlock();
    commit_(group);
    lock.lock();
    commits_ = false;
    lock.unlock();
    resume_all(group);
    lock.lock();
  }
}

}  // namespace workshop::detail
