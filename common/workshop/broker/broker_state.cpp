#include "workshop/broker/broker_state.hpp"

#include <algorithm>

#include "workshop/core/hash.hpp"

namespace workshop {

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

std::size_t QueueEntries::visible_position(std::size_t index) const noexcept {
  std::size_t position = 0;
  for (; position < size(); ++position) {
    if ((*this)[position].visible() && index-- == 0) break;
  }
  return position;
}

void QueueEntries::reserve_more(std::size_t count) {
  const auto needed = entries_.size() + count;
  if (needed > entries_.capacity()) entries_.reserve(std::max(needed, 2 * entries_.capacity()));
}

void QueueEntries::insert(std::size_t index, QueueEntry entry) {
  entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(head_ + index), std::move(entry));
}

void QueueEntries::erase(std::size_t index) noexcept {
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(head_);
  const auto at = begin + static_cast<std::ptrdiff_t>(index);
  if (index >= size() / 2) {
    entries_.erase(at);
  } else {
    std::move_backward(begin, at, at + 1);
    *begin = QueueEntry{};
    ++head_;
  }
  if (empty()) {
    entries_.clear();
    head_ = 0;
  } else if (head_ >= 16 && head_ >= size()) {  // each entry is moved at most once per erasure
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

}  // namespace workshop
