#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "workshop/explore/scenario/fault.hpp"
#include "workshop/explore/world/process.hpp"

namespace workshop::explore {

/// Something that goes on: one operation and its repetitions fail (outage), or somebody else is
/// faster each time (busy). There is one at a time, and while it lasts nothing else goes wrong. It
/// hits no other operation: an outage of everything would refuse the acknowledgement too, and so
/// hide from us that a handler swallows the error. A value, which the world saves and puts back.
struct Outage {
  Decision decision = Decision::outage_refused;  ///< an outage, refused or unanswered, or busy
  OperationKind kind = OperationKind::point;     ///< of the operation that it hits
  std::uint64_t target = 0;          ///< what the operation is about, whatever it writes there
  std::uint32_t owner = 0;           ///< whose round it ends with, in the short form
  std::string message;               ///< long form: of all attempts at this message; else empty
  std::uint32_t ends_at = 0;         ///< long form: the delivery that suffices
  std::uint32_t failures_count = 0;  ///< so far; at most `kFailuresMax`

  /// After so many failures it is over: a handler that tries for ever is no error.
  static constexpr std::uint32_t kFailuresMax = 40;

  /// One that begins at the process's next operation. `ends_at` is 0 in the short form.
  static Outage at(const Process& process, Decision decision, std::uint32_t ends_at);

  /// Whether the process's next operation is the one that it hits, or a blind write in its place.
  bool is_about(const Process& process) const;
  /// Whether it hits the process's next operation.
  bool hits(const Process& process) const;
  /// Whether others save the document all the time that the process's next operation writes.
  bool is_busy_at(const Process& process) const {
    return decision == Decision::busy && is_about(process);
  }
  /// Whether it is over when this process's round is, or has come so far.
  bool ends_with_round_of(const Process& process) const {
    return message.empty() && process.index == owner;
  }
  /// Whether it is over when this process acknowledges its message.
  bool ends_with_acknowledgement_of(const Process& process) const {
    return !message.empty() && process.state.attempt.message == message;
  }
  /// Of all its members.
  std::uint64_t digest() const;
};

}  // namespace workshop::explore
