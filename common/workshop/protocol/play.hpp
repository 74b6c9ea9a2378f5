#pragma once

#include <cstddef>
#include <string_view>

/// A play session: a test program lets a person choose the steps of an execution. The runner starts
/// it with variable::kPlay and sends commands; each is answered by one line. Both are JSON, one
/// object a line.
///
///     {"take":2}                   the second of the choices
///     {"take":2,"at":"d80a:1@Ar"}  the same, unless the execution has gone on since that schedule
///     {"back":1}                   undo a step
///     {"forth":1}                  take a step again that was undone
///     {"goto":"d80a:1@ArlcA!a"}    follow a schedule from the beginning
///     {"reset":true}               back to the beginning
///     {"finish":true}              go on without faults, to the end
///     {"look":true}                say again where it stands
///
/// The answer says where the execution stands then; before the first command it says so once:
///
///     {"test":…,"schedule":…,"steps":…,"faults":…,"preemptions":…,"within_bounds":…,"undone":…,
///      "choices":[{"key":…,"process":…,"operation":…,"sign":…,"words":…}],
///      "verdict":"open"|"broken"|"at rest"|"too long",
///      "violation":{"name":…,"meaning":…,"expected":…,"got":…}|null,
///      "no_return":…|null,"known":{"faults":…,"preemptions":…,"steps":…}|null,"known_words":…,
///      "svg":…,"state":…,"last":…,"style":…}
///
/// or, for what is no command or cannot be done, {"error":…}, and nothing has happened. The session
/// ends when there are no more commands.
namespace workshop::protocol::play {

/// The longest line of a command, in bytes.
inline constexpr std::size_t kCommandMax = 64 * 1024;

// Commands.
inline constexpr std::string_view kTake = "take";      ///< the number of a choice, from 1
inline constexpr std::string_view kAt = "at";          ///< with kTake: the schedule it is meant for
inline constexpr std::string_view kBack = "back";      ///< how many steps
inline constexpr std::string_view kForth = "forth";    ///< how many steps
inline constexpr std::string_view kGoTo = "goto";      ///< a schedule
inline constexpr std::string_view kReset = "reset";    ///< true
inline constexpr std::string_view kFinish = "finish";  ///< true
inline constexpr std::string_view kLook = "look";      ///< true

// Answers.
inline constexpr std::string_view kError = "error";        ///< why it cannot be done, in words
inline constexpr std::string_view kTest = "test";          ///< its name
inline constexpr std::string_view kSchedule = "schedule";  ///< of the steps so far
inline constexpr std::string_view kSteps = "steps";        ///< how many; also of kKnown
inline constexpr std::string_view kFaults = "faults";      ///< how many; also of kKnown
inline constexpr std::string_view kPreemptions = "preemptions";  ///< how many; also of kKnown
inline constexpr std::string_view kUndone = "undone";            ///< steps that can be taken again
inline constexpr std::string_view kWithinBounds = "within_bounds";  ///< those of the test
inline constexpr std::string_view kChoices = "choices";             ///< all that may happen next
inline constexpr std::string_view kKey = "key";              ///< of a choice: one character, or ""
inline constexpr std::string_view kProcess = "process";      ///< its name; "": the clock
inline constexpr std::string_view kOperation = "operation";  ///< "save"
inline constexpr std::string_view kSign = "sign";            ///< as in a schedule: "." goes on
inline constexpr std::string_view kWords = "words";          ///< "save Order order-1"
inline constexpr std::string_view kShort = "short";      ///< its ids in short, as in the picture
inline constexpr std::string_view kVerdict = "verdict";  ///< one of the four that follow
inline constexpr std::string_view kOpen = "open";        ///< a verdict: it goes on
inline constexpr std::string_view kBroken =
    "broken";  ///< a verdict: an invariant is broken; kViolation says which
inline constexpr std::string_view kAtRest =
    "at rest";  ///< a verdict: nothing is left to happen, and all invariants hold
inline constexpr std::string_view kTooLong =
    "too long";  ///< a verdict: it has reached the bound of steps
inline constexpr std::string_view kViolation =
    "violation";                                   ///< kName, kMeaning, kExpected, kGot; or null
inline constexpr std::string_view kName = "name";  ///< of the broken invariant
inline constexpr std::string_view kMeaning = "meaning";     ///< what the name says, in a line
inline constexpr std::string_view kExpected = "expected";   ///< what the invariant wants
inline constexpr std::string_view kGot = "got";             ///< what there is instead
inline constexpr std::string_view kNoReturn = "no_return";  ///< after which step; null: not known
inline constexpr std::string_view kKnown = "known";         ///< the shortest failure that is known
inline constexpr std::string_view kKnownWords = "known_words";  ///< what the explorer has found
inline constexpr std::string_view kSvg = "svg";                 ///< the picture so far
inline constexpr std::string_view kState = "state";  ///< of the world (docs/trace-format.md)
inline constexpr std::string_view kLast = "last";    ///< the last step in words, or ""
inline constexpr std::string_view kStyle = "style";  ///< CSS for all pictures; in the first answer

}  // namespace workshop::protocol::play
