#include "workshop/broker/queue_entries.hpp"

#include <algorithm>
#include <bit>

#include "workshop/core/hash.hpp"

namespace workshop {
namespace {

// So many slots are scanned as fast as an index finds its entry.
constexpr std::size_t kScannedMax = 64;

constexpr std::uint64_t bit(std::size_t index) noexcept { return std::uint64_t{1} << index % 64; }

}  // namespace

std::uint64_t QueuedMessage::content_hash() const noexcept {
  auto hash = hash_.load(std::memory_order_relaxed);
  if (hash != 0) return hash;
  Digest digest;
  digest.add(message.id.value).add(message.type).add(message.body);
  for (const auto& [name, value] : message.headers) {
    if (name != header::kDeadLetterFailure) digest.add(name).add(value);
  }
  hash = digest.value() == 0 ? 1 : digest.value();
  hash_.store(hash, std::memory_order_relaxed);  // threads that race compute the same value
  return hash;
}

void BitTree::reset(std::size_t count) {
  levels_.clear();
  auto words = count;
  do {
    words = (words + 63) / 64;
    levels_.emplace_back(words);
  } while (words > 1);
}

void BitTree::insert(std::size_t member) noexcept {
  for (auto& level : levels_) {
    level[member / 64] |= bit(member);
    member /= 64;
  }
}

void BitTree::erase(std::size_t member) noexcept {
  for (auto& level : levels_) {
    level[member / 64] &= ~bit(member);
    if (level[member / 64] != 0) return;
    member /= 64;
  }
}

std::size_t BitTree::first_from(std::size_t from) const noexcept {
  // Up, until a word has a bit at or behind `from`; then down to its first leaf.
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    auto word = from / 64;
    if (word >= levels_[level].size()) return SIZE_MAX;
    const auto rest = levels_[level][word] & (~std::uint64_t{0} << from % 64);
    if (rest == 0) {
      from = word + 1;
      continue;
    }
    auto member = word * 64 + static_cast<std::size_t>(std::countr_zero(rest));
    while (level-- > 0) {
      member = member * 64 + static_cast<std::size_t>(std::countr_zero(levels_[level][member]));
    }
    return member;
  }
  return SIZE_MAX;
}

QueueEntries& QueueEntries::operator=(QueueEntries&& other) noexcept {
  entries_ = std::move(other.entries_);
  head_ = std::exchange(other.head_, 0);
  size_ = std::exchange(other.size_, 0);
  ascending_ = std::exchange(other.ascending_, true);
  visible_ = std::move(other.visible_);
  other.entries_.clear();
  other.visible_.clear();
  return *this;
}

/// Without the erased entries, in the memory that is there.
void QueueEntries::copy(const QueueEntries& other) {
  entries_.assign(other.begin(), other.end());
  head_ = 0;
  size_ = other.size_;
  ascending_ = other.ascending_;
  visible_.clear();
  if (entries_.size() > kScannedMax) index_visible();
}

void QueueEntries::index_visible() {
  visible_.reset(entries_.capacity());
  for (auto slot = head_; slot < entries_.size(); ++slot) {
    if (entries_[slot].message && entries_[slot].visible()) visible_.insert(slot);
  }
}

std::size_t QueueEntries::visible_slot(std::size_t index) const noexcept {
  if (indexed()) {
    auto slot = visible_.first_from(0);
    while (slot != kNone && index-- > 0) slot = visible_.first_from(slot + 1);
    return slot;
  }
  for (const auto& entry : *this) {
    if (entry.visible() && index-- == 0) return slot_of(entry);
  }
  return kNone;
}

std::size_t QueueEntries::find(std::uint64_t sequence) const noexcept {
  const auto first = entries_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto found = ascending_
                         ? std::lower_bound(first, entries_.end(), sequence,
                                            [](const QueueEntry& entry, std::uint64_t wanted) {
                                              return entry.sequence < wanted;
                                            })
                         : std::find_if(first, entries_.end(), [&](const QueueEntry& entry) {
                             return entry.sequence == sequence;
                           });
  if (found == entries_.end() || found->sequence != sequence || !found->message) return kNone;
  return slot_of(*found);
}

void QueueEntries::lease(std::size_t slot, Timestamp due) noexcept {
  auto& entry = entries_[slot];
  ++entry.delivery_count;
  entry.leased = true;
  entry.due = due;
  if (indexed()) visible_.erase(slot);
}

void QueueEntries::release(std::size_t slot) noexcept {
  entries_[slot].leased = false;
  entries_[slot].due = QueueEntry::kNow;
  if (indexed()) visible_.insert(slot);
}

void QueueEntries::take_back_lease(std::size_t slot) noexcept {
  --entries_[slot].delivery_count;
  release(slot);
}

/// Slots change.
void QueueEntries::drop_erased() noexcept {
  const auto kept =
      std::remove_if(entries_.begin() + static_cast<std::ptrdiff_t>(head_), entries_.end(),
                     [](const auto& entry) { return !entry.message; });
  entries_.erase(kept, entries_.end());
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
  head_ = 0;
}

void QueueEntries::reserve_more(std::size_t count) {
  const auto needed = entries_.size() + count;
  const bool moves = needed > entries_.capacity();
  if (moves) {
    visible_.clear();
    const auto erased = entries_.size() - size_;
    // Each entry is moved at most once per erasure, or once per doubling.
    if (erased >= size_ && erased >= count) {
      drop_erased();
    } else {
      entries_.reserve(std::max(needed, 2 * entries_.capacity()));
    }
  }
  if (!indexed() && entries_.size() + count > kScannedMax) index_visible();
}

QueueEntry& QueueEntries::push_back(std::shared_ptr<const QueuedMessage> message,
                                    std::uint64_t sequence, Timestamp due) {
  reserve_more(1);
  if (!entries_.empty() && sequence < entries_.back().sequence) ascending_ = false;
  auto& entry = entries_.emplace_back();
  entry.message = std::move(message);
  entry.sequence = sequence;
  entry.due = due;
  ++size_;
  if (indexed() && entry.visible()) visible_.insert(entries_.size() - 1);
  return entry;
}

void QueueEntries::insert_after(std::size_t slot, QueueEntry entry) {
  const auto before = entries_[slot].sequence;
  reserve_more(1);
  slot = find(before);
  ascending_ = ascending_ && slot + 1 == entries_.size();
  entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(slot + 1), std::move(entry));
  ++size_;
  if (indexed()) index_visible();
}

void QueueEntries::erase(std::size_t slot) noexcept {
  auto& entry = entries_[slot];
  if (indexed()) visible_.erase(slot);
  entry.message.reset();
  entry.last_failure.reset();
  if (--size_ == 0) {
    entries_.clear();
    head_ = 0;
    ascending_ = true;
    return;
  }
  while (!entries_[head_].message) ++head_;
  while (!entries_.back().message) entries_.pop_back();
}

}  // namespace workshop
