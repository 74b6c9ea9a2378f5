#pragma once

#include "workshop/broker/broker.hpp"
#include "workshop/explore/process.hpp"
#include "workshop/explore/words.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::explore {

class World;

/// A store as one process sees it: every operation is a scheduling point first, and may be refused
/// there or lose its answer. The documents are the inner store's. Used by the explorer's thread
/// only.
class ScheduledStore final : public Store {
 public:
  ScheduledStore(World& world, Process& process, std::size_t index)
      : world_(&world), process_(&process), index_(index) {}

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override;

 private:
  ExplorableStore& inner() const noexcept;
  Words& words() const noexcept;

  World* world_;
  Process* process_;
  std::size_t index_;
};

/// The simulated time as one process sees it. What a process has read is a part of its state, as
/// what its operations returned is.
class ScheduledClock final : public Clock {
 public:
  ScheduledClock(const Clock& clock, Process& process) : clock_(&clock), process_(&process) {}

  Timestamp now() const override;

 private:
  const Clock* clock_;
  Process* process_;
};

/// The broker as one process sees it: every operation is a scheduling point first; duplicates,
/// reordering, refusals and lost answers are injected there.
class ScheduledBroker final : public Broker {
 public:
  ScheduledBroker(World& world, Process& process) : world_(&world), process_(&process) {}

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  Task<void> settle(OperationKind kind, LeaseTag tag, std::string reason = {});

  World* world_;
  Process* process_;
};

}  // namespace workshop::explore
