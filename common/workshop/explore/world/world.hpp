#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "workshop/explore/scenario/process_context.hpp"
#include "workshop/explore/scenario/scenario.hpp"
#include "workshop/explore/world/choice.hpp"
#include "workshop/explore/world/parts.hpp"
#include "workshop/explore/world/process.hpp"
#include "workshop/explore/world/scheduled_broker.hpp"
#include "workshop/explore/world/scheduled_http.hpp"
#include "workshop/explore/world/scheduled_store.hpp"

namespace workshop::explore {

class World;

/// Observes the steps of a narrated world.
class StepListener {
 public:
  virtual ~StepListener() = default;
  /// The step is about to be taken.
  virtual void before_step(const World& world, const Choice& choice) = 0;
  /// It was taken, and its words are there.
  virtual void after_step(const World& world, Step& step) = 0;
};

/// A handler that behaved differently when it was run again with the same results.
class NonDeterministic : public std::runtime_error {
 public:
  /// What mostly is the reason, when the difference itself does not tell.
  static constexpr std::string_view kMostly =
      "most likely a static, a global or an object outside of the handler keeps something from one "
      "delivery to the next; else time, an id or a random number does not come from the context";

  /// `what` says who differed, and where.
  explicit NonDeterministic(const std::string& what, std::string_view reason = kMostly);

  /// Who differed, and where.
  const std::string& difference() const noexcept { return difference_; }

 private:
  std::string difference_;
};

/// A scenario while it runs: a real SQLite store, the real in-process broker, processes that stand
/// before their next operation.
///
/// It goes forward by `take` and back by `return_to`. Stores and broker go back by savepoints and
/// snapshots, handlers by running again from their start with the recorded results, when they are
/// to go on. Drivers use it through an Execution, which also judges. One thread.
class World {
 public:
  /// Builds the scenario's world with its first `messages_count` messages. `scenario` must outlive
  /// it. With `names_resources` it remembers the names of the documents that operations touch.
  World(const Scenario& scenario, std::size_t messages_count, bool names_resources = false);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// All that may happen now within `budget`, the cheapest first; nothing when the world is at
  /// rest. The budget says what is left.
  void choices(const Budget& budget, bool free_preemptions, std::vector<Choice>& out) const;

  /// Takes one step. Throws what a skeleton's TODO throws.
  void take(const Choice& choice);

  /// Undoes all steps but the first `depth`.
  void return_to(std::size_t depth);

  /// The oracle, for judgements that are not those of a step: of a rest, of a livelock.
  Oracle& oracle_to_judge() noexcept {
    oracle_saved_.reset();
    return *parts_.oracle;
  }

  /// From now on steps have words. `listener`, if any, must live as long as the world takes steps.
  void narrate(StepListener* listener = nullptr) noexcept {
    narrated_ = true;
    listener_ = listener;
  }

  /// What it was built from.
  const Scenario& scenario() const noexcept { return *scenario_; }
  /// How many messages it began with.
  std::size_t messages_count() const noexcept { return messages_count_; }
  /// How many steps were taken.
  std::size_t depth() const noexcept { return parts_.path.size(); }
  /// The step of this number, from 0, which must be there.
  const Step& step(std::size_t position) const { return parts_.path[position]; }
  /// The last step, which must be there.
  const Step& last_step() const { return parts_.path.back(); }
  /// All that operations reach.
  const WorldParts& parts() const noexcept { return parts_; }
  /// By their numbers.
  const std::deque<Process>& processes() const noexcept { return processes_; }
  /// Its judgement so far.
  const Oracle& oracle() const noexcept { return *parts_.oracle; }
  /// All documents of all stores, as they are now.
  StoreView view() const { return parts_.view(); }
  /// Of everything that decides what can happen from here and how it is judged, budgets apart.
  std::uint64_t digest() const;
  /// Of stores and broker alone.
  std::uint64_t data_digest() const;

  /// A number that changes whenever a handler begins to run, and when it has reached its next
  /// operation; `in_handler` says which. For the watchdog's thread, all the rest of a world being
  /// for one thread alone.
  std::uint64_t turns_count() const noexcept {
    return turns_count_.load(std::memory_order_acquire);
  }
  /// Whether a handler was running when `turns_count` was read.
  static constexpr bool in_handler(std::uint64_t turns_count) { return turns_count % 2 == 1; }

 private:
  // What one step changes, as it is before the step: the state of its process, and of the parts
  // those that have changed since a shallower step; for the others a slot says where they are.
  struct Saved {
    std::uint32_t process = 0;
    ProcessState process_state;
    BrokerState broker;
    Network network;
    Oracle::State oracle;
    std::size_t broker_slot = 0;
    std::size_t network_slot = 0;
    std::size_t oracle_slot = 0;
    std::vector<std::size_t> store_depths;
    std::optional<std::uint32_t> last;
    std::optional<Outage> outage;
    Timestamp now;
  };
  // What a process reaches the world through.
  struct Doubles;

  void build();
  void add_process(const ProcessSpec& spec);
  ProcessContext& context_of(const Process& process);
  Version next_version();

  // forward (world.cpp)
  void start_round(Process& process);
  void resume(Process& process);
  void perform(Process& process, Step& step);
  void note_changes(OperationKind kind);
  void settle_step(Process& process, Step& step);
  void take_result(Process& process);
  void end_round(Process& process, bool crashed);
  void release_lease(Process& process);
  void break_connections(Process& process);
  Decision what_happens(const Process& process, const Choice& choice);
  void end_outage(const Process& process, const Step& step);
  void pass_time(Step& step);

  // back (going_back.cpp)
  void save(std::uint32_t process);
  void put_parts_back(const Saved& target);
  void rebuild(Process& process);
  void refuse_difference(const PendingOperation& before, std::size_t position,
                         const Process& process) const;

  // what may happen (choices.cpp)
  bool enabled(const Process& process) const;
  bool may_act(const Process& process) const;
  bool arrived(const ProcessSpec& spec) const;
  std::optional<Timestamp> next_due() const;
  bool first_idle_of_group(const Process& process) const;
  std::uint32_t last_delivery_that_suffices(const Process& process) const;
  void add_choices(const Process& process, const Budget& budget, std::uint8_t preemptions,
                   std::vector<Choice>& out) const;

  const Scenario* scenario_;
  std::size_t messages_count_;
  std::atomic<std::uint64_t> turns_count_{0};
  WorldParts parts_;
  std::deque<Process> processes_;
  std::vector<std::unique_ptr<Doubles>> doubles_;  // by process
  std::vector<Saved> saved_;  // before the step of the path there; never shrinks, to reuse memory
  std::optional<std::size_t> broker_saved_;  // the slot that holds what is there now, if any
  std::optional<std::size_t> network_saved_;
  std::optional<std::size_t> oracle_saved_;
  std::vector<std::uint32_t> positions_;  // of a round's steps, while it is rebuilt
  std::optional<std::uint32_t> last_;     // the process of the last step, if it may go on
  std::uint64_t versions_drawn_ = 0;      // in this step
  bool narrated_ = false;
  StepListener* listener_ = nullptr;
};

}  // namespace workshop::explore
