#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
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

/// The message itself; it keeps what holds it alive.
inline std::shared_ptr<const Message> shared_message_of(
    std::shared_ptr<const QueuedMessage> queued) noexcept {
  const auto* const message = &queued->message;
  return {std::move(queued), message};
}

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
  std::shared_ptr<const Message> shared_message() const { return shared_message_of(message); }
};

/// A set of small integers that finds its first member from a given one on in O(log n): a tree of
/// bits, 64 children a node.
class BitTree {
 public:
  /// Empty, with room for the integers below `count`. Throws std::bad_alloc.
  void reset(std::size_t count);
  /// Empty, without room.
  void clear() noexcept { levels_.clear(); }
  void insert(std::size_t member) noexcept;
  void erase(std::size_t member) noexcept;
  /// The first member that is not below `from`, or SIZE_MAX.
  std::size_t first_from(std::size_t from) const noexcept;
  /// How many integers it has room for.
  std::size_t room() const noexcept { return levels_.empty() ? 0 : levels_.front().size() * 64; }

 private:
  std::vector<std::vector<std::uint64_t>> levels_;  // the leaves first; a bit for each word below
};

/// The entries of one queue in the order in which they were sent. A leased entry stays in its
/// place, so a message that returns has its old position.
///
/// An entry is named by its slot, which stays the same until an entry is added. All functions take
/// O(log n) time, adding and erasing amortised, except `insert_after`, `visible_slot` of others
/// than the first, and copies. A queue with few entries has no index: it is scanned, and cheap to
/// copy.
class QueueEntries {
 public:
  static constexpr std::size_t kNone = SIZE_MAX;

  /// Goes over the entries that are not erased.
  template <class Entry>
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = QueueEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = Entry*;
    using reference = Entry&;

    Iterator() = default;
    Iterator(Entry* at, Entry* end) : at_(at), end_(end) { skip(); }
    Entry& operator*() const { return *at_; }
    Entry* operator->() const { return at_; }
    Iterator& operator++() {
      ++at_;
      skip();
      return *this;
    }
    Iterator operator++(int) {
      auto before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    void skip() {
      while (at_ != end_ && !at_->message) ++at_;
    }
    Entry* at_ = nullptr;
    Entry* end_ = nullptr;
  };

  QueueEntries() = default;
  QueueEntries(const QueueEntries& other) { copy(other); }
  QueueEntries(QueueEntries&& other) noexcept { *this = std::move(other); }
  QueueEntries& operator=(const QueueEntries& other) {
    if (this != &other) copy(other);
    return *this;
  }
  QueueEntries& operator=(QueueEntries&& other) noexcept;
  ~QueueEntries() = default;

  /// How many entries there are, those that are erased apart.
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  Iterator<const QueueEntry> begin() const noexcept {
    return {entries_.data() + head_, entries_.data() + entries_.size()};
  }
  Iterator<const QueueEntry> end() const noexcept {
    return {entries_.data() + entries_.size(), entries_.data() + entries_.size()};
  }

  /// The slot of an entry of `begin()` … `end()`.
  std::size_t slot_of(const QueueEntry& entry) const noexcept {
    return static_cast<std::size_t>(&entry - entries_.data());
  }
  const QueueEntry& operator[](std::size_t slot) const noexcept { return entries_[slot]; }
  /// The slot of the index-th visible entry, or kNone when there are fewer.
  std::size_t visible_slot(std::size_t index) const noexcept;
  /// The slot of the entry with this sequence, or kNone.
  std::size_t find(std::uint64_t sequence) const noexcept;

  /// The next delivery of a visible entry: it is leased until `due`.
  void lease(std::size_t slot, Timestamp due) noexcept;
  /// As if the last `lease` of an entry had not been.
  void take_back_lease(std::size_t slot) noexcept;
  /// The lease of an entry ends at `due` now.
  void renew(std::size_t slot, Timestamp due) noexcept { entries_[slot].due = due; }
  /// A lease or a delay is over: the entry is visible.
  void release(std::size_t slot) noexcept;
  /// Why the entry was abandoned last.
  void set_last_failure(std::size_t slot, std::shared_ptr<const std::string> failure) noexcept {
    entries_[slot].last_failure = std::move(failure);
  }

  /// Makes room, so that the next `count` calls of push_back or insert_after cannot fail.
  void reserve_more(std::size_t count);
  /// An entry that was never delivered, visible if it is due kNow. What is returned is for those
  /// who set a count and a failure; it is there until another entry is added.
  QueueEntry& push_back(std::shared_ptr<const QueuedMessage> message, std::uint64_t sequence,
                        Timestamp due = QueueEntry::kNow);
  /// A visible entry right behind another.
  void insert_after(std::size_t slot, QueueEntry entry);
  void erase(std::size_t slot) noexcept;

 private:
  bool indexed() const noexcept { return visible_.room() != 0; }
  void copy(const QueueEntries& other);
  void drop_erased() noexcept;
  void index_visible();

  // An erased entry has no message. It keeps its sequence, and is dropped when an entry is added.
  std::vector<QueueEntry> entries_;
  std::size_t head_ = 0;   // the entries before this slot are erased
  std::size_t size_ = 0;   // those that are not
  bool ascending_ = true;  // sequences rise from slot to slot
  BitTree visible_;        // slots; without room when there are few
};

}  // namespace workshop
