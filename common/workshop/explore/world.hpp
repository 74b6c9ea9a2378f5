#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "workshop/broker/explorable_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/explore/network.hpp"
#include "workshop/explore/oracle.hpp"
#include "workshop/explore/process.hpp"
#include "workshop/explore/scenario.hpp"
#include "workshop/explore/scheduled.hpp"
#include "workshop/explore/scheduled_http.hpp"
#include "workshop/store/explorable_store.hpp"

namespace workshop::explore {

/// What may still be spent in one execution.
struct Budget {
  std::uint32_t faults = 0;
  std::uint32_t preemptions = 0;

  friend bool operator==(const Budget&, const Budget&) = default;
};

/// One thing that may happen next.
struct Choice {
  Decision decision = Decision::proceed;
  std::uint32_t process = 0;
  std::uint32_t index = 0;
  OperationKind kind = OperationKind::point;  ///< what the process is about to do
  std::uint8_t faults = 0;                    ///< what it costs
  std::uint8_t preemptions = 0;

  friend bool operator==(const Choice&, const Choice&) = default;
};

/// How many steps a world without further faults has to come to rest, before that is a livelock.
constexpr std::uint32_t fair_steps_of(std::uint32_t steps_max) { return 10 * steps_max + 100; }

/// What is called before a step with its number, from 1, and with what is going to happen, such as
/// "save of payments-1": a place to stop for a debugger.
using BeforeStep = std::function<void(std::size_t step, const std::string& what)>;

/// How many steps of an execution are observed for a picture; more would show nothing new.
inline constexpr std::size_t kObservedStepsMax = 160;

/// A handler that behaved differently when it was run again with the same results.
class NonDeterministic : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A scenario while it runs: a real SQLite store, the real in-process broker, processes that stand
/// before their next operation.
///
/// It goes forward by `take` and back by `return_to`. Stores and broker go back by savepoints and
/// snapshots, handlers by running again from their start with the recorded results, when they are
/// to go on. One thread.
class World {
 public:
  /// Builds the scenario's world with its first `messages_count` messages. `scenario` must outlive
  /// it. With `names_resources`, `describe` names the documents that operations touch.
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

  /// Judges a world at rest.
  void judge_rest();

  /// Judges a world that `run_fairly` could not bring to rest.
  void judge_livelock(std::uint32_t steps_count) {
    oracle_saved_.reset();
    oracle_->livelock(steps_count);
  }

  /// Runs without faults, everyone in turn, for at most `steps_max` steps. Returns whether the
  /// world came to rest.
  bool run_fairly(std::uint32_t steps_max);

  const Scenario& scenario() const noexcept { return *scenario_; }
  std::size_t messages_count() const noexcept { return messages_count_; }
  /// A number that changes whenever a handler begins to run, and when it has reached its next
  /// operation; `in_handler` says which. For the watchdog's thread, all the rest of a world being
  /// for one thread alone.
  std::uint64_t turns_count() const noexcept {
    return turns_count_.load(std::memory_order_acquire);
  }
  static constexpr bool in_handler(std::uint64_t turns_count) { return turns_count % 2 == 1; }
  std::size_t depth() const noexcept { return path_.size(); }
  const Step& step(std::size_t position) const { return path_[position]; }
  /// The process that the last step belongs to, if it could go on.
  std::optional<std::uint32_t> running() const noexcept { return last_; }
  const std::vector<std::unique_ptr<Process>>& processes() const noexcept { return processes_; }
  const Oracle& oracle() const noexcept { return *oracle_; }
  /// Of everything that decides what can happen from here and how it is judged, budgets apart.
  std::uint64_t digest() const;
  /// Of stores and broker alone.
  std::uint64_t data_digest() const;
  /// From now on steps are described in words. `before_step` is called before each step.
  void narrate(BeforeStep before_step = {}) {
    narrated_ = true;
    before_step_ = std::move(before_step);
  }
  StoreView view() const;
  /// The world as a picture shows it now. Only for one that narrates.
  WorldState observe() const;
  /// "save Account account-1", "receive accounts": the operation that a process stands before.
  std::string describe(const PendingOperation& operation) const;

 private:
  friend class ScheduledStore;
  friend class ScheduledBroker;
  friend class ScheduledHttpClient;
  friend class ScheduledHttpServer;

  // What a step changes of its process, to be put back.
  struct ProcessMark {
    Process::State state = Process::State::idle;
    std::string label;
    Timestamp started;
    std::optional<LeaseTag> lease;
    std::string exchange;
    std::string request;
    std::uint64_t history = 0;
    std::uint64_t ids_drawn = 0;
    std::uint32_t restarts_count = 0;
    std::uint32_t steps_count = 0;
    std::uint32_t last_step = 0;
    OperationKind kind = OperationKind::point;  // of the operation that it stands before
    std::uint64_t arguments = 0;
    std::string source;
    std::uint64_t resource = 0;
  };
  struct Saved {
    std::uint32_t process = 0;
    ProcessMark mark;
    BrokerState broker;  // these three only when they had changed since a shallower step
    Network network;
    Oracle::State oracle;
    std::size_t broker_slot = 0;  // where they are
    std::size_t network_slot = 0;
    std::size_t oracle_slot = 0;
    std::vector<std::size_t> store_depths;
    std::optional<std::uint32_t> last;
    Timestamp now;
  };

  void build();
  void save(std::uint32_t process);
  bool enabled(const Process& process) const;
  bool may_act(const Process& process) const;
  bool arrived(const ProcessSpec& spec) const;
  std::optional<Timestamp> next_due() const;
  bool first_idle_of_group(std::uint32_t index) const;
  void add_choices(const Process& process, const Budget& budget, std::uint8_t preemptions,
                   std::vector<Choice>& out) const;
  void start_round(Process& process);
  void resume(Process& process);
  void perform(Process& process, Step& step);
  void settle_step(Process& process, Step& step);
  void take_result(Process& process);
  std::string describe(const Choice& choice) const;
  void end_round(Process& process, bool crashed);
  void release_lease(Process& process);
  void break_connections(Process& process);
  void note_changes(OperationKind kind);
  void put_process_back(Process& process, const ProcessMark& mark);
  void rebuild(Process& process);
  std::string label_of(const Message& message) const;
  void before_write(std::size_t store);
  std::uint64_t resource_of(std::size_t store, const Key& key);
  Version next_version();
  void refuse_difference(OperationKind kind, std::uint64_t arguments, std::size_t position,
                         const Process& process) const;

  const Scenario* scenario_;
  std::size_t messages_count_;
  std::atomic<std::uint64_t> turns_count_{0};
  SimulatedClock clock_;
  std::unique_ptr<ExplorableBroker> broker_;
  Network network_;
  std::vector<std::unique_ptr<ExplorableStore>> stores_;
  std::vector<std::unique_ptr<Process>> processes_;
  std::vector<std::unique_ptr<ScheduledBroker>> scheduled_brokers_;
  std::vector<std::unique_ptr<ScheduledStore>> scheduled_stores_;
  std::vector<std::unique_ptr<ScheduledClock>> scheduled_clocks_;
  std::vector<std::unique_ptr<ScheduledHttpClient>> http_clients_;
  std::vector<std::unique_ptr<ScheduledHttpServer>> http_servers_;
  std::vector<std::unique_ptr<ProcessContext>> contexts_;
  std::unique_ptr<Oracle> oracle_;
  std::deque<Step> path_;
  std::vector<Saved>
      saved_;  // saved_[i] is the state before path_[i]; never shrinks, to reuse memory
  std::optional<std::size_t> broker_saved_;  // the slot that holds what is there now, if any
  std::optional<std::size_t> network_saved_;
  std::optional<std::size_t> oracle_saved_;
  std::vector<std::uint32_t> positions_;  // of a round's steps, while it is rebuilt
  std::optional<std::uint32_t> last_;
  std::uint64_t versions_drawn_ = 0;  // in this step
  bool narrated_ = false;
  BeforeStep before_step_;
  bool names_resources_ = false;
  std::map<std::uint64_t, std::string> resource_names_;
  Words words_;
};

}  // namespace workshop::explore
