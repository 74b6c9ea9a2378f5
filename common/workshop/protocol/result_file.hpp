#pragma once

#include <string_view>

/// The result file: what a test program (testing/result_listener.hpp) writes into the file that
/// variable::kResultFile names, and the runner reads. One JSON object a line:
///
///     {"event":"run_started","program":…}
///     {"event":"test_started","name":…,"tags":[…],"file":…,"line":…}
///     {"event":"test_ended","name":…,"passed":…,"skipped":…,"skip_reason":…,
///      "todo":{"step":…,"what":…},"invariant":…,"story":…,"schedule":…,"exception":…,
///      "failures":[…],"failed_at":{"file":…,"line":…},"explorations":[…],"exploration_notes":[…],
///      "replay":…,"replay_broken":…,"replay_left":…,"picture":…,"painted_story":…,
///      "duration_ms":…}
///     {"event":"schedule_refused","what":…}
///     {"event":"fatal","what":…,"schedule":…}
///     {"event":"crash_frames","frames":[…]}
///     {"event":"run_ended","passed":…,"failed":…,"skipped":…}
///
/// What there is nothing to say about is null. Lines are appended, and each is handed to the system
/// when it is complete: a test that was started and has not ended is the one its program died in.
/// A reader skips events and fields that it does not know.
namespace workshop::protocol {

/// The values of field::kEvent.
namespace event {
inline constexpr std::string_view kRunStarted = "run_started";    ///< the first line
inline constexpr std::string_view kTestStarted = "test_started";  ///< a test begins
inline constexpr std::string_view kTestEnded = "test_ended";  ///< it passed, failed or was skipped
inline constexpr std::string_view kScheduleRefused = "schedule_refused";  ///< it cannot be read
inline constexpr std::string_view kFatal = "fatal";                       ///< a signal came
inline constexpr std::string_view kCrashFrames = "crash_frames";          ///< where the signal came
inline constexpr std::string_view kRunEnded =
    "run_ended";  ///< the last line of a run that was not cut off
}  // namespace event

namespace field {
inline constexpr std::string_view kEvent = "event";
inline constexpr std::string_view kProgram = "program";  ///< its name (programs.hpp)
inline constexpr std::string_view kName = "name";        ///< the test's
inline constexpr std::string_view kTags = "tags";
inline constexpr std::string_view kFile = "file";
inline constexpr std::string_view kLine = "line";
inline constexpr std::string_view kPassed = "passed";    ///< of a run: how many
inline constexpr std::string_view kFailed = "failed";    ///< of a run: how many
inline constexpr std::string_view kSkipped = "skipped";  ///< of a run: how many
inline constexpr std::string_view kSkipReason = "skip_reason";
inline constexpr std::string_view kTodo = "todo";  ///< the TODO that failed it: kStep, kWhat
inline constexpr std::string_view kStep = "step";
inline constexpr std::string_view kWhat = "what";
inline constexpr std::string_view kInvariant = "invariant";  ///< the one that broke
inline constexpr std::string_view kStory = "story";          ///< how it broke
inline constexpr std::string_view kSchedule = "schedule";    ///< what replays the story
inline constexpr std::string_view kException = "exception";  ///< an unexpected one
inline constexpr std::string_view kFailures = "failures";    ///< assertions
inline constexpr std::string_view kFailedAt = "failed_at";   ///< the first: kFile, kLine
inline constexpr std::string_view kExplorations = "explorations";
inline constexpr std::string_view kExplorationNotes = "exploration_notes";  ///< when asked for
inline constexpr std::string_view kReplay = "replay";                       ///< its story
inline constexpr std::string_view kReplayBroken = "replay_broken";          ///< an invariant, or ""
inline constexpr std::string_view kReplayLeft = "replay_left";              ///< where, or ""
inline constexpr std::string_view kPicture = "picture";                     ///< a page's path
inline constexpr std::string_view kNoReturnUs = "no_return_us";  ///< processor time of its search
inline constexpr std::string_view kPaintedStory = "painted_story";  ///< with colours
inline constexpr std::string_view kDurationMs = "duration_ms";
/// Addresses in the program's file, innermost first, as hexadecimal strings: "1a2b".
inline constexpr std::string_view kFrames = "frames";
}  // namespace field

}  // namespace workshop::protocol
