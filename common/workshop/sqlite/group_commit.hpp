#pragma once

#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "workshop/core/resumer.hpp"

namespace workshop::detail {

/// An operation that waits for a commit, perhaps together with others. Whoever commits puts the
/// result, or the failure, into the class that derives from it.
struct GroupedWrite {
  std::coroutine_handle<> waiting;
  Resumer* resumer = nullptr;
};

/// Lets operations that wait at the same time share a commit, because a sync costs the same for one
/// and for a hundred.
///
/// An operation that comes alone is committed at once, on its own thread: it waits for nobody, and
/// its coroutine is not suspended. Those that come while a commit runs wait for its end, and are
/// then committed together, by a thread that starts when it is first needed.
///
/// Where the disk is fast, the next commit would begin before those that the last one has resumed
/// have come to their next operation, and most groups would be of one. So a group of several first
/// gives way to the coroutines that are ready to run where its own will go on, for `kGivesWayMax`
/// at most. An operation waits for at most two commits, one that runs and its own, and twice that
/// time, unless more than `writes_max` wait before it.
///
/// A coroutine that has waited goes on where its Resumer says; without one, on the thread that has
/// committed, so it must not block there.
///
/// Thread-safety: any thread may wait. Nothing may wait any more when it is destroyed. The
/// algorithm is the group commit of databases (DeWitt et al., "Implementation techniques for main
/// memory database systems", SIGMOD 1984).
class GroupCommit {
 public:
  static constexpr std::size_t kWritesMax = 256;
  /// Only handlers that block their threads make a group wait so long.
  static constexpr std::chrono::microseconds kGivesWayMax{5'000};

  /// Carries out the operations of a group and stores what became of each. It throws nothing, and
  /// is called by one thread at a time.
  using Commit = std::function<void(std::span<GroupedWrite* const>)>;

  explicit GroupCommit(Commit commit, std::size_t writes_max = kWritesMax);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  struct Awaiter {
    GroupCommit& group;
    GroupedWrite& write;
    bool await_ready() const { return group.commit_alone(write); }
    void await_suspend(std::coroutine_handle<> self) const { group.enqueue(write, self); }
    void await_resume() const noexcept {}
  };
  /// To be awaited; `write` must live until then.
  Awaiter commit(GroupedWrite& write) noexcept { return {*this, write}; }

 private:
  bool commit_alone(GroupedWrite& write);
  void enqueue(GroupedWrite& write, std::coroutine_handle<> waiting);
  void run();
  void give_way(std::unique_lock<std::mutex>& lock);

  const Commit commit_;
  const std::size_t writes_max_;
  std::mutex mutex_;  // guards the members below
  std::condition_variable changed_;
  std::vector<GroupedWrite*> queue_;
  bool commits_ = false;  // a commit runs
  bool crowded_ = false;  // one of the last groups had more than one: the next one shall have, too
  int lonely_count_ = 0;  // groups of one since then
  bool stops_ = false;
  std::thread thread_;  // started when it is first needed
};

}  // namespace workshop::detail
