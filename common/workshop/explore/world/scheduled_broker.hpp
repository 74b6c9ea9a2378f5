#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "workshop/explore/world/parts.hpp"
#include "workshop/explore/world/process.hpp"

namespace workshop::explore {

/// The simulated time as one process sees it. What a process has read is a part of its state, as
/// what its operations returned is.
class ScheduledClock final : public Clock {
 public:
  /// What it is made with must outlive it.
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
  /// What it is made with must outlive it.
  ScheduledBroker(WorldParts& parts, Process& process) : parts_(&parts), process_(&process) {}

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  Task<void> settle(OperationKind kind, LeaseTag tag, std::string reason = {});
  std::string in_short(const Step& abandoning, const std::string& reason) const;

  WorldParts* parts_;
  Process* process_;
};

}  // namespace workshop::explore
