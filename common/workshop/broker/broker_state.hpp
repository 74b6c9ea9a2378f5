#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "workshop/core/clock.hpp"
#include "workshop/core/message.hpp"

namespace workshop {

/// A message in a queue. It never changes, so all queues and snapshots share it. Thread-safe.
class QueuedMessage {
 public:
  explicit QueuedMessage(Message value) : message(std::move(value)) {}

  /// A digest of id, type, body and headers, except `dead-letter-failure`, which decides nothing;
  /// computed at the first call and kept, because for most messages it is never needed, and a body
  /// can be large.
  std::uint64_t content_hash() const noexcept;

  const Message message;

 private:
  mutable std::atomic<std::uint64_t> hash_{0};  // 0: not computed yet
};

/// One place in a queue.
struct QueueEntry {
  /// The `due` of an entry without a lease or a delay.
  static constexpr Timestamp kNow = Timestamp::min();

  std::shared_ptr<const QueuedMessage> message;
  std::uint64_t sequence = 0;        ///< unique in a broker, never used again
  Timestamp due = kNow;              ///< when the lease expires, or the delay ends
  std::uint32_t delivery_count = 0;  ///< deliveries so far
  bool leased = false;
  /// The last reason why a delivery was abandoned; nullptr: none was given. It never changes, so
  /// snapshots share it.
  std::shared_ptr<const std::string> last_failure = nullptr;

  bool visible() const noexcept { return !leased && due == kNow; }
  /// The message itself; it keeps what holds it alive.
  std::shared_ptr<const Message> shared_message() const { return {message, &message->message}; }
};

/// The entries of one queue in the order in which they were sent. A leased entry stays in its
/// place, so a message that returns has its old position. Erasing near either end is cheap.
class QueueEntries {
 public:
  QueueEntries() = default;
  QueueEntries(const QueueEntries& other) : entries_(other.begin(), other.end()) {}
  QueueEntries(QueueEntries&& other) noexcept
      : entries_(std::move(other.entries_)), head_(std::exchange(other.head_, 0)) {
    other.entries_.clear();
  }
  QueueEntries& operator=(const QueueEntries& other) {
    if (this != &other) {
      entries_.assign(other.begin(), other.end());  // reuses the capacity
      head_ = 0;
    }
    return *this;
  }
  QueueEntries& operator=(QueueEntries&& other) noexcept {
    if (this != &other) {
      entries_ = std::move(other.entries_);
      head_ = std::exchange(other.head_, 0);
      other.entries_.clear();
    }
    return *this;
  }
  ~QueueEntries() = default;

  std::size_t size() const noexcept { return entries_.size() - head_; }
  bool empty() const noexcept { return size() == 0; }
  QueueEntry& operator[](std::size_t index) noexcept { return entries_[head_ + index]; }
  const QueueEntry& operator[](std::size_t index) const noexcept { return entries_[head_ + index]; }
  QueueEntry* begin() noexcept { return entries_.data() + head_; }
  QueueEntry* end() noexcept { return entries_.data() + entries_.size(); }
  const QueueEntry* begin() const noexcept { return entries_.data() + head_; }
  const QueueEntry* end() const noexcept { return entries_.data() + entries_.size(); }

  /// The position of the index-th visible entry, or `size()` when there are fewer.
  std::size_t visible_position(std::size_t index) const noexcept;

  /// Makes room, so that the next `count` insertions cannot fail.
  void reserve_more(std::size_t count);
  void push_back(QueueEntry entry) { entries_.push_back(std::move(entry)); }
  void insert(std::size_t index, QueueEntry entry);
  void erase(std::size_t index) noexcept;

 private:
  std::vector<QueueEntry> entries_;
  std::size_t head_ = 0;  // the entries before this index are erased
};

/// The messages of an InProcessBroker with their leases and counts: a plain value. A copy shares
/// the messages themselves. Queues and subscriptions, which a run declares once, are not part of
/// it.
struct BrokerState {
  std::vector<QueueEntries> queues;  ///< by queue number; a dead-letter queue follows its queue
  std::uint64_t next_sequence = 1;
  Timestamp next_due = Timestamp::max();  ///< no entry is due before; an entry due may be later
};

}  // namespace workshop
