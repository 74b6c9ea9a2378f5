#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/ids.hpp"
#include "workshop/core/task.hpp"
#include "workshop/explore/scenario/attempt.hpp"
#include "workshop/explore/scenario/process_spec.hpp"
#include "workshop/explore/world/step.hpp"

namespace workshop::explore {

/// The operation that a process will do next.
struct PendingOperation {
  OperationKind kind = OperationKind::point;  ///< what it does
  std::uint64_t arguments = 0;                ///< digest
  std::string source;          ///< a receive's queue, an accept's authority, a reply's exchange
  std::uint64_t resource = 0;  ///< the document it touches, when the world tells them apart
  std::uint64_t target = 0;    ///< the same for every repetition, whatever it writes there
  bool conditional = false;    ///< it writes a document only if that has a certain version
};

/// All that a process is, but for its coroutine, which can be made again from it and from the path:
/// a value that the world copies before a step and puts back.
struct ProcessState {
  /// Where a process stands.
  enum class Phase : std::uint8_t {
    idle,     ///< between rounds: waits for a message
    running,  ///< in a round, before an operation
    ended,    ///< ran once, and is done
  };

  Phase phase = Phase::idle;         ///< where it stands
  PendingOperation pending;          ///< what it does next, while it runs
  Attempt attempt;                   ///< that it is at
  std::uint64_t ids_drawn = 0;       ///< in this attempt
  std::uint32_t restarts_count = 0;  ///< after crashes, of a process that does not serve
  Timestamp started{};               ///< when its round began
  std::optional<LeaseTag> lease;     ///< that it holds
  std::uint32_t delivery_count = 0;  ///< of the message it has received last
  std::string exchange;              ///< the request it is serving
  std::string request;               ///< the request whose answer it awaits
  std::uint64_t history = 0;         ///< everything its round has been told so far, as a digest
  std::uint32_t steps_count = 0;     ///< operations of this round
  std::uint32_t last_step = 0;       ///< path position of its last one, when there is one
};

/// A process while a world runs: its state, and its coroutine, which waits before an operation.
struct Process final : public Ids {
  /// Where it stands.
  using Phase = ProcessState::Phase;

  /// Idle, before its first round.
  Process(std::uint32_t its_index, ProcessSpec its_spec)
      : index(its_index), spec(std::move(its_spec)) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// What suspends an operation until the scheduler chooses it. Every co_await of a handler that
  /// reaches the broker, a store or the network ends here.
  struct Point {
    Process* process;         ///< whose operation it is
    OperationKind kind;       ///< what it does
    std::uint64_t arguments;  ///< digest
    std::string_view source;  ///< see PendingOperation
    std::uint64_t resource;   ///< see PendingOperation
    std::uint64_t target;     ///< see PendingOperation
    /// See PendingOperation.
    bool conditional = false;
    /// Never: each operation is a choice of the scheduler.
    bool await_ready() const noexcept { return false; }
    /// Notes what the operation is, and lets the scheduler choose.
    void await_suspend(std::coroutine_handle<> handle) const {
      process->waiting = handle;
      process->awaited_by = detail::TaskPromiseBase::innermost;
      auto& pending = process->state.pending;
      pending.kind = kind;
      pending.arguments = arguments;
      pending.source = source;
      pending.resource = resource;
      pending.target = target;
      pending.conditional = conditional;
    }
    /// The step that the scheduler has chosen, for the operation to run in.
    Step& await_resume() const noexcept { return *process->step; }
  };
  /// The scheduling point of an operation; `co_await` it before the operation.
  Point point(OperationKind kind, std::uint64_t arguments, std::string_view source = {},
              std::uint64_t resource = 0) noexcept {
    return Point{this, kind, arguments, source, resource, resource};
  }
  /// The same, of an operation whose repetitions may have other arguments.
  Point point_about(OperationKind kind, std::uint64_t arguments, std::uint64_t target) noexcept {
    return Point{this, kind, arguments, {}, 0, target};
  }
  /// The same, of a batch of writes, some of them on condition of a version or not.
  Point point_of_batch(OperationKind kind, std::uint64_t arguments, std::uint64_t target,
                       bool conditional) noexcept {
    return Point{this, kind, arguments, {}, 0, target, conditional};
  }
  /// The same, of a write to a document, on condition of its version or not.
  Point point_of_write(OperationKind kind, std::uint64_t arguments, std::uint64_t resource,
                       bool conditional) noexcept {
    return Point{this, kind, arguments, {}, resource, resource, conditional};
  }

  /// Identifiers that depend on the attempt alone: every run of a schedule draws the same ones, and
  /// executions that only order independent attempts differently draw the same ones too.
  std::string next() override { return id_drawn_by(state.attempt.label, ++state.ids_drawn); }

  /// Whether it stands before an operation.
  bool running() const noexcept { return state.phase == Phase::running; }
  /// Whether it waits for a message.
  bool idle() const noexcept { return state.phase == Phase::idle; }

  /// What it is at before it has received anything: each start of a process is another one.
  Attempt first_attempt() const { return start_of(spec.name, state.restarts_count + 1); }

  const std::uint32_t index;        ///< its number in the world, from 0
  const ProcessSpec spec;           ///< as the scenario declares it
  ProcessState state;               ///< what the world saves and puts back
  Step* step = nullptr;             ///< that it takes, while it runs
  std::optional<Task<void>> round;  ///< none when it is idle, or when its frames must be made again
  /// At a Point.
  std::coroutine_handle<> waiting;
  /// The innermost coroutine that awaits it there; only while `round` is there.
  const detail::TaskPromiseBase* awaited_by = nullptr;
};

}  // namespace workshop::explore
