#pragma once

#include <any>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/error.hpp"
#include "workshop/core/hash.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/task.hpp"
#include "workshop/explore/facts.hpp"
#include "workshop/explore/operation.hpp"
#include "workshop/http/http.hpp"
#include "workshop/store/store.hpp"

namespace workshop::explore {

class Process;
class World;

/// One step of an execution as it was taken: what the scheduler decided, what the operation
/// returned. To take a handler back to an earlier point the explorer runs it again from its start
/// and feeds it these results; stores and brokers are not asked twice.
struct Step {
  std::uint32_t process = 0;
  OperationKind kind = OperationKind::point;
  Decision decision = Decision::proceed;
  std::uint32_t index = 0;      ///< of a reordered receive: which visible message
  std::uint32_t previous = 0;   ///< path position of the round's step before this one
  std::uint64_t arguments = 0;  ///< digest of the operation's arguments
  std::uint64_t outcome = 0;    ///< digest of what it returned or threw
  bool replayed = false;        ///< the result below is fed instead of running the operation
  bool narrated = false;        ///< `text` is wanted
  std::any result;
  std::exception_ptr failure;
  std::string text;              ///< what happened, for the story; only when narrated
  std::string told;              ///< what came of it: " → v2", ": VersionConflict"
  std::shared_ptr<Facts> facts;  ///< what it was about, for the picture; only when narrated
  std::shared_ptr<const WorldState> after;  ///< likewise: the world after it
  std::string label;                        ///< of a receive: the attempt that it began
  std::uint64_t message = 0;                ///< of a receive: digest of the message's id

  /// Runs the operation, or feeds its recorded outcome. `apply` returns a value whose digest
  /// `digest` computes; an Error it throws is recorded too. Refusals and lost answers are injected
  /// here.
  template <class Result, class Apply, class DigestOf>
  Result run(Apply&& apply, DigestOf&& digest) {
    if (replayed) {
      if (failure) std::rethrow_exception(failure);
      return *std::any_cast<Result>(&result);
    }
    try {
      if (decision == Decision::refuse) {
        throw Unavailable(std::string(name_of(kind)) + " was refused");
      }
      if (decision == Decision::lose) throw_answer_lost();
      Result value = apply();
      if (decision == Decision::unknown) throw_answer_lost();
      outcome = digest(value);
      result = value;
      return value;
    } catch (const Error& error) {
      failure = std::current_exception();
      outcome = Digest().add(error.what()).value();
      throw;
    }
  }

 private:
  // One error whether the operation was applied or not: a handler cannot tell.
  [[noreturn]] void throw_answer_lost() const {
    throw OutcomeUnknown("the answer to " + std::string(name_of(kind)) + " was lost");
  }
};

/// The operation that a process will do next.
struct PendingOperation {
  OperationKind kind = OperationKind::point;
  std::uint64_t arguments = 0;
  std::string_view source;  ///< a receive's queue, an accept's authority, a reply's exchange
  std::coroutine_handle<> waiting;
  std::uint64_t resource = 0;  ///< the document it touches, when the world tells them apart
};

class ScheduledHttpServer;

/// What `ProcessContext::point` returns.
class BarePoint {
 public:
  explicit BarePoint(Process& process) noexcept : process_(&process) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiting) const noexcept;
  void await_resume() const;

 private:
  Process* process_;
};

/// What a process of the explored world can reach. All operations are scheduling points.
class ProcessContext {
 public:
  ProcessContext(Process& process, Broker& broker, std::vector<Store*> stores, HttpClient& http,
                 ScheduledHttpServer& http_server, const Clock& clock)
      : process_(&process),
        broker_(&broker),
        stores_(std::move(stores)),
        http_(&http),
        http_server_(&http_server),
        clock_(&clock) {}

  Broker& broker() const noexcept { return *broker_; }
  /// The world's `index`-th store.
  Store& store(std::size_t index = 0) const { return *stores_.at(index); }
  HttpClient& http() const noexcept { return *http_; }
  ScheduledHttpServer& http_server() const noexcept { return *http_server_; }
  const Clock& clock() const noexcept { return *clock_; }
  /// The simulated time `after` from now, as a deadline of a request.
  Deadline deadline(std::chrono::milliseconds after) const {
    return Deadline(clock_->now().time_since_epoch() + after);
  }
  /// A bare scheduling point, to be awaited: others may run here, the process may crash here.
  BarePoint point() const noexcept;

 private:
  Process* process_;
  Broker* broker_;
  std::vector<Store*> stores_;
  HttpClient* http_;
  ScheduledHttpServer* http_server_;
  const Clock* clock_;
};

/// What a process runs: one round. Called anew for each round; must keep no state outside the
/// coroutine, or the explorer's pruning would be wrong (the double run finds what changes a
/// result).
using Round = std::function<Task<void>(ProcessContext&)>;

/// One process to be part of a world.
struct ProcessSpec {
  std::string name;   ///< "payments-1"
  std::string group;  ///< processes of one group are interchangeable
  std::string queue;  ///< its rounds begin with a receive from here
  /// What it runs; without a queue and an authority once, from the start.
  Round round;
  bool restarts = true;        ///< after a crash; one that serves always does
  std::string authority = {};  ///< or: its rounds begin with accepting a request to this server

  /// Whether its rounds begin when something arrives.
  bool serves() const noexcept { return !queue.empty() || !authority.empty(); }
};

/// A process while a world runs: its coroutine, and the operation it waits before.
class Process final : public Ids {
 public:
  enum class State : std::uint8_t {
    idle,     ///< between rounds: waits for a message
    running,  ///< in a round, before an operation
    ended,    ///< ran once, and is done
  };

  Process(std::uint32_t index, ProcessSpec spec) : index_(index), spec_(std::move(spec)) {}

  /// What suspends an operation until the scheduler chooses it.
  struct Point {
    Process* process;
    PendingOperation operation;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) noexcept {
      operation.waiting = waiting;
      process->pending_ = operation;
    }
    Step& await_resume() const noexcept { return *process->step_; }
  };
  Point point(OperationKind kind, std::uint64_t arguments, std::string_view source = {},
              std::uint64_t resource = 0) noexcept {
    return Point{this, {kind, arguments, source, {}, resource}};
  }

  /// Identifiers that depend on the attempt alone: every run of a schedule draws the same ones, and
  /// executions that only order independent attempts differently draw the same ones too.
  std::string next() override { return label_ + "." + std::to_string(++ids_drawn_); }

  /// The label of a round before it has received anything: each start of a process is another one.
  std::string first_label() const {
    return restarts_count_ == 0 ? spec_.name
                                : spec_.name + "#" + std::to_string(restarts_count_ + 1);
  }

  std::uint32_t index() const noexcept { return index_; }
  const ProcessSpec& spec() const noexcept { return spec_; }
  State state() const noexcept { return state_; }
  const PendingOperation& pending() const noexcept { return pending_; }
  /// The attempt this process is at, such as "m1#2": the second delivery of message 1.
  const std::string& label() const noexcept { return label_; }
  /// The lease it holds, if any.
  const std::optional<LeaseTag>& lease() const noexcept { return lease_; }
  /// Everything its round has been told so far, as a digest.
  std::uint64_t history() const noexcept { return history_; }
  /// How many operations its round has done.
  std::size_t steps_count() const noexcept { return steps_count_; }

 private:
  friend class World;
  friend class ScheduledBroker;
  friend class ScheduledClock;
  friend class ScheduledHttpClient;
  friend class ScheduledHttpServer;

  std::uint32_t index_;
  ProcessSpec spec_;
  State state_ = State::idle;
  PendingOperation pending_;
  Step* step_ = nullptr;
  std::optional<Task<void>> round_;
  std::string label_;
  std::uint64_t ids_drawn_ = 0;
  std::uint32_t restarts_count_ = 0;  ///< after crashes, of a process without a queue
  Timestamp started_{};               ///< when its round began
  std::optional<LeaseTag> lease_;
  std::string exchange_;  ///< the request it is serving
  std::string request_;   ///< the request whose answer it awaits
  std::uint64_t history_ = 0;
  std::string source_;  ///< of the pending operation, while the frame that holds it is gone
  std::uint32_t steps_count_ = 0;  ///< of this round
  std::uint32_t last_step_ = 0;    ///< its path position, when there is one
};

inline BarePoint ProcessContext::point() const noexcept { return BarePoint(*process_); }

}  // namespace workshop::explore
