#pragma once

#include <string_view>

/// Beginnings and parts of sentences of test programs that the runner looks for: who says them uses
/// these, so that they cannot be reworded on one side only.
namespace workshop::protocol::phrase {

/// Begins the note that TLC takes the executions of a trace for behaviours of the specification.
inline constexpr std::string_view kAccepted = "accepted";
/// Begins the note that it does not.
inline constexpr std::string_view kRejected = "rejected";
/// Follows the figures of a search that a bound has ended: "(bound: time)".
inline constexpr std::string_view kBound = "(bound: ";
/// Begins what stands in an invariant's place when nothing broke, but a bound cut executions short.
inline constexpr std::string_view kBoundReached = "bound: ";
/// Begins the error of a schedule that is for a larger scenario than the test's.
inline constexpr std::string_view kScheduleHas = "the schedule has ";
/// Begins the error of a handler that did not do the same twice, which makes all else that its
/// tests say worth nothing.
inline constexpr std::string_view kNotDeterministic = "not deterministic: ";
/// Of a handler that uses time and reaches no operation, such as in an endless loop.
inline constexpr std::string_view kSpins = "spins without an operation";
/// The same of one that has not reached its first operation.
inline constexpr std::string_view kSpinsFirst = "spins before its first operation";

/// How the violations of one invariant differ that ask for different questions, in a story's "got":
/// a duplicate effect that is one event under several ids.
inline constexpr std::string_view kSentUnderTwoIds = "different ids: receivers take them for";
/// … an inconsistent output whose bytes differ.
inline constexpr std::string_view kOtherBytes = "other bytes under the same id";
/// … one that was made again, be it with the same bytes.
inline constexpr std::string_view kMadeAgain = "made again by another attempt";
/// … and of a handler that stands still.
inline constexpr std::string_view kWaitsForEver = "waits for ever before";

}  // namespace workshop::protocol::phrase
