#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace workshop::explore {

/// The oracle's invariants, O1 to O7: what "correct" means in every lab.
enum class Invariant : std::uint8_t {
  exactly_one_effect,    ///< O1: every logical message takes effect exactly once
  no_ghost_message,      ///< O2: every message sent comes from a committed attempt
  no_lost_message,       ///< O3: at quiescence every committed attempt's messages were sent
  consistent_output,     ///< O4: one outgoing id carries one attempt's bytes, always the same
  no_premature_message,  ///< O5: state is visible before the message that tells of it
  no_garbage,            ///< O6: nothing is left over at quiescence
  quiesces,              ///< O7: the system comes to rest, its dead-letter queues empty; always on
};

/// The words a failure begins with; of O1 there are two, of O7 three. The last two are told
/// whatever is asked for: without them no other verdict means anything.
namespace failure {
inline constexpr std::string_view kLostEffect = "lost effect";  ///< O1
inline constexpr std::string_view kLostUpdate = "lost update";  ///< a blind save of a busy document
inline constexpr std::string_view kDuplicateEffect = "duplicate effect";        ///< O1
inline constexpr std::string_view kGhostMessage = "ghost message";              ///< O2
inline constexpr std::string_view kLostMessage = "lost message";                ///< O3
inline constexpr std::string_view kInconsistentOutput = "inconsistent output";  ///< O4
inline constexpr std::string_view kPrematureMessage = "premature message";      ///< O5
inline constexpr std::string_view kGarbage = "garbage";                         ///< O6
inline constexpr std::string_view kLivelock = "livelock";                       ///< O7: no rest
inline constexpr std::string_view kDeadLetter = "dead letter";                  ///< O7: given up
/// A process ended with an exception that nobody handles.
inline constexpr std::string_view kUnhandledException = "unhandled exception";
/// A task was thrown away before it had begun.
inline constexpr std::string_view kNeverAwaited = "never awaited";
}  // namespace failure

/// A set of invariants.
class Invariants {
 public:
  constexpr Invariants() = default;
  /// These, and `quiesces`.
  constexpr Invariants(std::initializer_list<Invariant> invariants) {
    for (const auto invariant : invariants) add(invariant);
  }
  /// Adds one; one that is there stays.
  constexpr void add(Invariant invariant) noexcept {
    bits_ |= 1U << static_cast<unsigned>(invariant);
  }
  /// Whether it is one of them.
  constexpr bool contains(Invariant invariant) const noexcept {
    return (bits_ >> static_cast<unsigned>(invariant) & 1U) != 0;
  }

 private:
  unsigned bits_ = 1U << static_cast<unsigned>(Invariant::quiesces);
};

/// One broken invariant: its name, what was expected and what was found, in one line each.
struct Violation {
  std::string name;      ///< a word of `failure`, or a test's own
  std::string expected;  ///< in one line
  std::string got;       ///< in one line

  /// Field by field.
  friend bool operator==(const Violation&, const Violation&) = default;
};

}  // namespace workshop::explore
