// The operations of the contract: at once in memory; with a journal, those that wait at the same
// time share a commit.
#include <algorithm>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/broker/journal.hpp"
#include "workshop/broker/lease_tag.hpp"
#include "workshop/core/saturating.hpp"
#include "workshop/sqlite/group_commit.hpp"

namespace workshop {

/// An operation that waits for a commit. First it is planned: judged, and written to the journal's
/// open transaction. When that is committed, it is applied to the memory; so memory is never ahead
/// of the disk. Only a lease is in the memory at once, so that no other receive of the group takes
/// the message; it is taken back when the commit fails.
struct InProcessBroker::Operation : detail::GroupedWrite {
  enum class Kind { send, publish, receive, acknowledge };

  explicit Operation(Kind given) : kind(given) {}
  bool adds() const noexcept { return kind == Kind::send || kind == Kind::publish; }
  void finish() const {
    if (failure) std::rethrow_exception(failure);
  }

  const Kind kind;
  std::string name;                              // of the queue or the topic
  std::shared_ptr<const QueuedMessage> message;  // that is added, or that a receive has leased
  std::chrono::milliseconds delay{0};
  LeaseTagParts tag;  // of an acknowledgement, or of what a receive has leased

  std::exception_ptr failure;

  bool planned = false;  // something of it is in the transaction
  std::vector<std::uint32_t> queues;
  std::uint64_t sequence = 0;  // of the message, or of the first copy that is added
  Timestamp due = QueueEntry::kNow;
};

/// A group on its way to its commit.
class InProcessBroker::OperationGroup {
 public:
  using Operations = std::span<detail::GroupedWrite* const>;

  OperationGroup(InProcessBroker& broker, Operations operations)
      : broker_(broker), operations_(operations) {}

  /// False when nothing of the group is done, and each shall be carried out alone: so a failure
  /// hits only the operation that causes it.
  bool commit();

 private:
  using Kind = Operation::Kind;

  Operation& at(std::size_t i) const { return static_cast<Operation&>(*operations_[i]); }
  void plan(Operation& operation);
  void plan_addition(Operation& operation);
  void plan_receive(Operation& operation);
  void plan_acknowledgement(Operation& operation);
  void apply(Operation& operation) noexcept;
  void take_back_leases() noexcept;

  InProcessBroker& broker_;
  Operations operations_;
  std::vector<std::size_t> added_;  // entries that are planned, by queue
  Timestamp now_{};
};

bool InProcessBroker::OperationGroup::commit() {
  auto& journal = *broker_.journal_;
  bool adds = false;
  for (std::size_t i = 0; i < operations_.size(); ++i) adds = adds || at(i).adds();
  if (!journal.has_room_for_groups()) return false;
  try {
    now_ = broker_.sweep();
    added_.assign(broker_.state_.queues.size(), 0);
  } catch (...) {
    return false;
  }
  try {
    journal.commit_together(adds, [this] {
      for (std::size_t i = 0; i < operations_.size(); ++i) plan(at(i));
    });
  } catch (const OutcomeUnknown&) {  // of the commit: nobody knows of any of them
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      if (at(i).planned) at(i).failure = std::current_exception();
    }
    take_back_leases();
    return true;
  } catch (...) {
    take_back_leases();
    return false;
  }
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    if (at(i).planned && !at(i).failure) apply(at(i));
  }
  return true;
}

/// What is wrong with the operation itself is its own failure; the journal's fails the group.
void InProcessBroker::OperationGroup::plan(Operation& operation) {
  try {
    switch (operation.kind) {
      case Kind::send:
      case Kind::publish:
        return plan_addition(operation);
      case Kind::receive:
        return plan_receive(operation);
      case Kind::acknowledge:
        return plan_acknowledgement(operation);
    }
  } catch (const InvalidRequest&) {
    operation.failure = std::current_exception();
  } catch (const LeaseLost&) {
    operation.failure = std::current_exception();
  }
}

void InProcessBroker::OperationGroup::plan_addition(Operation& operation) {
  auto& state = broker_.state_;
  operation.queues.clear();
  if (operation.kind == Kind::send) {
    check_delay(operation.name, operation.delay);
    operation.queues.push_back(broker_.queue_number(operation.name));
    if (operation.delay.count() > 0) operation.due = saturating_add(now_, operation.delay);
  } else if (const auto found = broker_.topics_.find(operation.name);
             found != broker_.topics_.end()) {
    operation.queues = found->second;
  }
  operation.sequence = state.next_sequence;
  std::vector<Journal::Insertion> insertions;
  for (const auto queue : operation.queues) {
    state.queues[queue].reserve_more(++added_[queue]);
    broker_.wait_until({operation.due, queue, state.next_sequence});
    insertions.push_back(
        {state.next_sequence++, queue, operation.due, &operation.message->message});
  }
  operation.planned = !insertions.empty();
  broker_.journal_->write(insertions);
}

void InProcessBroker::OperationGroup::plan_receive(Operation& operation) {
  const auto queue = broker_.queue_number(operation.name);
  auto& entries = broker_.state_.queues[queue];
  const auto slot = entries.visible_slot(0);
  if (slot == QueueEntries::kNone) return;
  const auto& entry = entries[slot];
  const auto due = saturating_add(now_, broker_.infos_[queue].options.lease_ms);
  broker_.wait_until({due, queue, entry.sequence});
  broker_.journal_->write_delivery_count(entry.sequence, entry.delivery_count + 1);
  entries.lease(slot, due);
  operation.planned = true;
  operation.message = entry.message;
  operation.tag = {entry.sequence, queue, entry.delivery_count};
}

void InProcessBroker::OperationGroup::plan_acknowledgement(Operation& operation) {
  const auto place = broker_.leased(operation.tag);
  operation.queues = {place.queue};
  operation.sequence = broker_.state_.queues[place.queue][place.slot].sequence;
  operation.planned = true;
  // Another operation of this group may have acknowledged the same delivery.
  if (!broker_.journal_->write_erasure(operation.sequence)) {
    throw_lease_lost(make_lease_tag(operation.tag));
  }
}

/// There is room for what is added, so nothing can fail.
void InProcessBroker::OperationGroup::apply(Operation& operation) noexcept {
  if (operation.kind == Kind::receive) return;  // applied when it was planned
  if (operation.kind == Kind::acknowledge) {
    auto& entries = broker_.state_.queues[operation.queues.front()];
    entries.erase(entries.find(operation.sequence));
    return;
  }
  auto sequence = operation.sequence;
  for (const auto queue : operation.queues) {
    broker_.state_.queues[queue].push_back(operation.message, sequence++, operation.due);
  }
}

void InProcessBroker::OperationGroup::take_back_leases() noexcept {
  for (std::size_t i = operations_.size(); i-- > 0;) {
    auto& operation = at(i);
    if (operation.kind != Kind::receive || !operation.planned) continue;
    auto& entries = broker_.state_.queues[operation.tag.queue];
    entries.take_back_lease(entries.find(operation.tag.sequence));
    operation.message = nullptr;
    operation.planned = false;
  }
}

/// Each waits for its own transaction.
void InProcessBroker::carry_out_alone(Operation& operation) {
  operation.failure = nullptr;
  operation.planned = false;
  try {
    switch (operation.kind) {
      case Operation::Kind::send:
        return send_now(operation.name, operation.message, operation.delay);
      case Operation::Kind::publish:
        return publish_now(operation.name, operation.message);
      case Operation::Kind::receive:
        if (auto leased = receive_now(operation.name, 0)) {
          operation.message = std::move(leased->message);
          operation.tag = leased->tag;
        }
        return;
      case Operation::Kind::acknowledge:
        return acknowledge_now(operation.tag);
    }
  } catch (...) {
    operation.failure = std::current_exception();
  }
}

std::unique_ptr<detail::GroupCommit> InProcessBroker::make_group_commit() {
  return std::make_unique<detail::GroupCommit>([this](OperationGroup::Operations operations) {
    if (operations.size() > 1) {
      const std::lock_guard lock(mutex_);
      if (OperationGroup(*this, operations).commit()) return;
    }
    for (auto* operation : operations) carry_out_alone(static_cast<Operation&>(*operation));
  });
}

Task<void> InProcessBroker::send_together(std::string queue,
                                          std::shared_ptr<const QueuedMessage> message,
                                          std::chrono::milliseconds delay) {
  Operation operation(Operation::Kind::send);
  operation.name = std::move(queue);
  operation.message = std::move(message);
  operation.delay = delay;
  co_await group_commit_->commit(operation);
  operation.finish();
}

Task<void> InProcessBroker::publish_together(std::string topic,
                                             std::shared_ptr<const QueuedMessage> message) {
  Operation operation(Operation::Kind::publish);
  operation.name = std::move(topic);
  operation.message = std::move(message);
  co_await group_commit_->commit(operation);
  operation.finish();
}

Task<std::optional<Delivery>> InProcessBroker::receive_together(std::string queue) {
  Operation operation(Operation::Kind::receive);
  operation.name = std::move(queue);
  co_await group_commit_->commit(operation);
  operation.finish();
  if (!operation.message) co_return std::nullopt;
  Leased leased{std::move(operation.message), operation.tag};
  co_return DeliveryOf{operation.name, leased};
}

Task<void> InProcessBroker::acknowledge_together(LeaseTagParts tag) {
  Operation operation(Operation::Kind::acknowledge);
  operation.tag = tag;
  co_await group_commit_->commit(operation);
  operation.finish();
}

// Of a broker in memory, whose tasks need no room for what waits for a commit.
Task<void> InProcessBroker::send_in_memory(std::string queue,
                                           std::shared_ptr<const QueuedMessage> message,
                                           std::chrono::milliseconds delay) {
  send_now(queue, std::move(message), delay);
  co_return;
}

Task<void> InProcessBroker::publish_in_memory(std::string topic,
                                              std::shared_ptr<const QueuedMessage> message) {
  publish_now(topic, std::move(message));
  co_return;
}

Task<std::optional<Delivery>> InProcessBroker::receive_in_memory(std::string queue) {
  auto leased = receive_now(queue, 0);
  if (!leased) co_return std::nullopt;
  co_return DeliveryOf{queue, *leased};
}

Task<void> InProcessBroker::acknowledge_in_memory(LeaseTagParts tag) {
  acknowledge_now(tag);
  co_return;
}

Task<void> InProcessBroker::lose_lease(LeaseTag tag) {
  throw_lease_lost(tag);
  co_return;
}

Task<void> InProcessBroker::send(std::string queue, Message message,
                                 std::chrono::milliseconds delay) {
  // The message is moved once, to where it stays: a coroutine would move it to its frame before.
  auto queued = std::make_shared<const QueuedMessage>(std::move(message));
  if (journal_) return send_together(std::move(queue), std::move(queued), delay);
  return send_in_memory(std::move(queue), std::move(queued), delay);
}

Task<void> InProcessBroker::publish(std::string topic, Message message) {
  auto queued = std::make_shared<const QueuedMessage>(std::move(message));
  if (journal_) return publish_together(std::move(topic), std::move(queued));
  return publish_in_memory(std::move(topic), std::move(queued));
}

Task<std::optional<Delivery>> InProcessBroker::receive(std::string queue) {
  if (journal_) return receive_together(std::move(queue));
  return receive_in_memory(std::move(queue));
}

Task<void> InProcessBroker::acknowledge(LeaseTag tag) {
  // Read before the coroutine is made, because numbers are moved to its frame faster than a text.
  const auto parts = parse_lease_tag(tag);
  if (!parts) return lose_lease(std::move(tag));
  return journal_ ? acknowledge_together(*parts) : acknowledge_in_memory(*parts);
}

Task<void> InProcessBroker::abandon(LeaseTag tag, std::string reason) {
  abandon_now(tag, std::move(reason));
  co_return;
}

Task<void> InProcessBroker::renew(LeaseTag tag) {
  renew_now(tag);
  co_return;
}

Task<std::size_t> InProcessBroker::redrive(std::string queue) { co_return redrive_now(queue); }

}  // namespace workshop
