#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/live_shop/ledger.hpp"
#include "workshop/store/store.hpp"

namespace workshop::live_shop {

/// Draws faults. Which operation of a run meets which fault depends on the order in which threads
/// come, so a seed repeats the draws and not the run. Thread-safety: any thread.
class Chaos {
 public:
  /// `probability` of a fault at an operation, from 0 to 1; the faults are counted in `tally`,
  /// which must outlive it.
  Chaos(double probability, std::uint64_t seed, Tally& tally);

  /// How the operation called `what` goes on.
  enum class Turn { on, loses_its_answer, duplicates };
  /// Before an operation: waits when it is delayed, throws Unavailable when it is refused, and
  /// OutcomeUnknown when neither it nor its answer comes. An operation that changes nothing loses
  /// no answer: it is refused.
  Turn before(const char* what, bool changes, bool receives = false);
  /// Throws when the answer is lost.
  static void after(const char* what, Turn turn);

 private:
  std::uint64_t draw() noexcept;
  void count(FaultKind kind) noexcept;

  const double probability_;
  std::atomic<std::uint64_t> state_;
  Tally& tally_;
};

/// A broker whose operations meet faults. A duplicate is a second copy of the message in its queue,
/// as a sender leaves it that repeats an unanswered send.
class ChaosBroker final : public Broker {
 public:
  /// Both must outlive it.
  ChaosBroker(Broker& broker, Chaos& chaos) : broker_(broker), chaos_(chaos) {}

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  Broker& broker_;
  Chaos& chaos_;
};

/// A store whose operations meet faults.
class ChaosStore final : public Store {
 public:
  /// Both must outlive it.
  ChaosStore(Store& store, Chaos& chaos) : store_(store), chaos_(chaos) {}

  Task<std::optional<Document>> get(Key key) override;
  Task<Version> put(Key key, std::string body, Expected expected) override;
  Task<void> erase(Key key, Expected expected) override;
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override;
  const Profile& profile() const noexcept override { return store_.profile(); }

 private:
  Store& store_;
  Chaos& chaos_;
};

}  // namespace workshop::live_shop
