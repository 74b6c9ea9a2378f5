#include "workshop/broker/explorable_broker.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workshop/broker/lease_tag.hpp"
#include "workshop/core/hash.hpp"

namespace workshop {

ExplorableBroker::ExplorableBroker(const Clock& clock) : InProcessBroker(clock) {}

std::optional<Delivery> ExplorableBroker::receive_at(const std::string& queue, std::size_t index) {
  auto leased = receive_now(queue, index);
  if (!leased) return std::nullopt;
  std::string name = queue;
  return DeliveryOf{name, *leased};
}

std::vector<ExplorableBroker::OutstandingLease> ExplorableBroker::outstanding_leases() const {
  const std::lock_guard lock(mutex_);
  sweep();
  std::vector<OutstandingLease> leases;
  for (std::uint32_t queue = 0; queue < state_.queues.size(); ++queue) {
    for (const auto& entry : state_.queues[queue]) {
      if (!entry.leased) continue;
      leases.push_back({make_lease_tag({entry.sequence, queue, entry.delivery_count}),
                        infos_[queue].name, entry.shared_message(), entry.delivery_count,
                        entry.due});
    }
  }
  return leases;
}

std::optional<Timestamp> ExplorableBroker::next_due() const {
  const std::lock_guard lock(mutex_);
  sweep();
  auto earliest = Timestamp::max();
  for (const auto& entries : state_.queues) {
    for (const auto& entry : entries) {
      if (!entry.visible()) earliest = std::min(earliest, entry.due);
    }
  }
  state_.next_due = earliest;
  return earliest == Timestamp::max() ? std::nullopt : std::optional(earliest);
}

void ExplorableBroker::expire_lease(const LeaseTag& tag) {
  const std::lock_guard lock(mutex_);
  sweep();
  const auto place = leased(tag);
  give_back(place, state_.queues[place.queue][place.slot].last_failure);
}

void ExplorableBroker::duplicate(const std::string& queue, std::size_t index) {
  const std::lock_guard lock(mutex_);
  const auto number = queue_number(queue);
  sweep();
  auto& entries = state_.queues[number];
  const auto slot = entries.visible_slot(index);
  if (slot == QueueEntries::kNone) {
    throw InvalidRequest(
        fmt::format("duplicate: queue '{}' has no visible message at index {}", queue, index));
  }
  entries.insert_after(slot,
                       {entries[slot].message, state_.next_sequence, QueueEntry::kNow, 0, false});
  ++state_.next_sequence;
}

BrokerState ExplorableBroker::snapshot() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void ExplorableBroker::snapshot_into(BrokerState& state) const {
  const std::lock_guard lock(mutex_);
  state = state_;
}

void ExplorableBroker::restore(const BrokerState& state) {
  const std::lock_guard lock(mutex_);
  if (state.queues.size() > infos_.size()) {
    throw InvalidRequest("restore: the snapshot has queues that are not declared here");
  }
  state_ = state;
  dues_.reset();
  state_.queues.resize(infos_.size());
}

std::uint64_t ExplorableBroker::digest() const {
  const std::lock_guard lock(mutex_);
  const auto now = sweep();
  Digest digest;
  for (const auto& entries : state_.queues) {
    digest.add(static_cast<std::uint64_t>(entries.size()));
    for (const auto& entry : entries) {
      digest.add(entry.message->content_hash());
      digest.add((std::uint64_t{entry.delivery_count} << 1) | (entry.leased ? 1 : 0));
      digest.add(entry.visible() ? 0 : static_cast<std::uint64_t>((entry.due - now).count()));
    }
  }
  return digest.value();
}

}  // namespace workshop
