#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "workshop/explore/scenario/operation.hpp"

namespace workshop::explore {

/// What may go wrong in an execution. Each occurrence costs one fault of the bound. The table below
/// says of each kind everything but how it is injected.
enum class Fault : std::uint8_t {
  crash,      ///< the process dies before an operation: its frames are destroyed, its leases expire
  duplicate,  ///< a received message is left in the queue as well: it comes twice
  reorder,    ///< a message is received although an earlier one was visible
  lease_expiry,  ///< the lease ends although the handler still runs: the message comes again
                 ///< meanwhile
  refused,       ///< an operation is refused (Unavailable): definite, nothing happened
  unanswered,  ///< its answer is lost (OutcomeUnknown): tried both with the operation done and with
               ///< nothing done
  outage,  ///< an operation and its repetitions fail from here on, until the handler has let the
           ///< error out or its message is done; refused, or without an answer
  busy,    ///< somebody else changes a document before a write to it, and again before each
           ///< repetition, until the handler has let the conflict out or its message is done
};
inline constexpr int kFaultsCount = 8;

/// A set of faults.
class Faults {
 public:
  constexpr Faults() = default;
  /// These.
  constexpr Faults(std::initializer_list<Fault> faults) {
    for (const auto fault : faults) bits_ |= bit(fault);
  }
  /// Every kind.
  static constexpr Faults all() {
    Faults faults;
    faults.bits_ = (1U << kFaultsCount) - 1;
    return faults;
  }
  /// All that are over with the operation that they hit: specifications in TLA+ have these.
  static constexpr Faults momentary() {
    auto faults = all();
    faults.bits_ &= ~(bit(Fault::outage) | bit(Fault::busy));
    return faults;
  }
  /// Adds one; one that is there stays.
  constexpr void add(Fault fault) noexcept { bits_ |= bit(fault); }
  /// Whether it is one of them.
  constexpr bool contains(Fault fault) const noexcept { return (bits_ & bit(fault)) != 0; }
  /// Whether there are none.
  constexpr bool empty() const noexcept { return bits_ == 0; }

 private:
  static constexpr unsigned bit(Fault fault) { return 1U << static_cast<unsigned>(fault); }
  unsigned bits_ = 0;
};

/// What the scheduler lets happen at a scheduling point. The character stands for it in a schedule.
enum class Decision : char {
  proceed = '.',  ///< the operation happens
  crash = '!',    ///< this and the following are faults
  duplicate = '+',
  reorder = '^',
  lease_expiry = '~',
  refused = 'x',
  unanswered_done = '?',
  unanswered_not_done = '%',  ///< to the handler the same as `unanswered_done`
  outage_refused = '=',
  outage_unanswered = '/',
  busy = '*',
  advance_time = '@',  ///< of no process: nobody can go on before the clock moves
};

constexpr bool is_fault(Decision decision) noexcept {
  return decision != Decision::proceed && decision != Decision::advance_time;
}
constexpr bool is_unanswered(Decision decision) noexcept {
  return decision == Decision::unanswered_done || decision == Decision::unanswered_not_done;
}
/// Whether it goes on after its operation, until the handler has let the error out.
constexpr bool goes_on(Decision decision) noexcept {
  return decision == Decision::outage_refused || decision == Decision::outage_unanswered ||
         decision == Decision::busy;
}

/// A point at which a fault may happen: what a process is about to do.
class FaultSite {
 public:
  OperationKind kind = OperationKind::point;  ///< of the operation
  bool in_round = true;      ///< false: it is idle, and the operation begins a round
  bool ready = true;         ///< false: it waits for an answer
  bool holds_lease = false;  ///< of a message
  bool conditional = false;  ///< it writes a document only if that has a certain version
  bool can_outlast = false;  ///< its message can be delivered several times more

  /// How many messages a receive could get.
  virtual std::uint32_t visible_messages_count() const = 0;

 protected:
  ~FaultSite() = default;
};

/// How a picture draws a fault.
enum class FaultDrawing : std::uint8_t {
  crash,        ///< a cross that ends the bar
  lease_end,    ///< a broken hourglass beside the bar
  doubled,      ///< "×2" at the queue
  reordered,    ///< "⇅" at the queue
  stopped,      ///< the arrow does not arrive
  cut,          ///< the arrow arrives, its answer does not
  stopped_cut,  ///< neither does
};

/// What a fault is in a specification that follows an execution (see modelcheck/executions.hpp).
enum class FaultInModel : std::uint8_t {
  crash,        ///< its handler dies
  lost_lease,   ///< its handler's lease ends
  throws,       ///< nothing is done, and its handler throws
  done_throws,  ///< the operation is done, and its handler throws
  copied,       ///< the operation is done, and its message comes once more
  none,         ///< the operation is done
};

/// One way in which something goes wrong. All that the explorer knows of it stands in its row of
/// the table, except for how it is injected: see World::perform (crash, lease expiry), Step::run
/// (refused, unanswered), world/outage.hpp (outage, busy) and ScheduledBroker::receive (duplicate,
/// reorder).
struct FaultKind {
  Decision decision;  ///< its character is the sign in a schedule
  Fault fault;        ///< which of the bounds' faults allows it
  /// In how many ways it can happen at a site; 0: it cannot. The index of the way is Choice::index.
  std::uint32_t (*ways_count)(const FaultSite&);
  std::uint32_t first_index;   ///< of the first way
  bool index_in_schedule;      ///< whether the index is written after the sign
  std::string_view name;       ///< in a trace's JSON
  std::string_view announced;  ///< said before the operation to whoever stops there: "refused: "
  std::string_view instead;  ///< a story's words for the step: "CRASH before "; or empty, and then
  std::string_view outcome;  ///< a story's words for what came of the operation: ": REFUSED"
  FaultDrawing drawing;      ///< in a picture
  FaultInModel in_model;     ///< in a specification that follows the execution
};

/// The table of all kinds, in the order in which a search tries them.
std::span<const FaultKind> fault_kinds() noexcept;

/// The row of a decision, or nothing when it is no fault.
const FaultKind* fault_kind_of(Decision decision) noexcept;

/// The decision whose sign this is in a schedule, or `proceed`.
Decision decision_of_sign(char sign) noexcept;

}  // namespace workshop::explore
