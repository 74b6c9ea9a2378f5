#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "workshop/testing/crash_frames.hpp"

namespace workshop::testing {

// What a check tells about the test that is running, beyond pass and fail. The result listener
// writes it into the result file, where the `workshop` program finds it. Outside a test, or without
// a result file, nothing happens. Thread-safety: call these from the thread that runs the test.

/// Tells why the running test is about to fail: the invariant broken ("duplicate effect"), the
/// story to print (no newline at its end) and the schedule that replays it. Call
/// it right before the assertion that fails. It counts only if the test fails, and the first one of
/// a test is kept.
void report_violation(std::string invariant, std::string story, std::string schedule);

/// From now on a handler that the running test runs by itself (run_inline) may await so many tasks
/// before it counts as an endless loop; the next test has the usual bound again, of 50,000.
void allow_awaits(std::uint32_t awaits_max);

/// Tells the line at fault, which the runner names instead of the test's own: that of the handler.
void report_place(std::string file, std::size_t line);

/// Tells where the picture of the running test is: a page's path. The last one of a test is kept.
void report_picture(std::string path);

/// Tells how much processor time the search for the point of no return has taken, in all of the
/// running test.
void report_no_return_time(std::chrono::microseconds time);

/// Tells the story that was reported once more, with the escape sequences of a terminal's colours.
void report_painted_story(std::string story);

/// Tells what an exploration without a failure has shown, in the words of its report:
/// "holds up to 2 messages, 2 faults, 2 preemptions (32,472 executions, complete)".
void report_exploration(std::string summary);

/// Tells a line of what `workshop explore` asked for: figures, how far it came.
void report_exploration_note(std::string line);

/// How a replay came out, whatever the test makes of it.
struct ReplayOutcome {
  std::string broken;  ///< the invariant that broke: "duplicate effect"; "": none
  std::string left;  ///< where it left its schedule: "step 5 of 12"; "": it followed it to the end
};

/// Tells that the running test followed the schedule in WORKSHOP_REPLAY. `story` is what happened,
/// whether or not an invariant broke. Without this report of any test, the schedule belongs to
/// none.
void report_replay(std::string story, ReplayOutcome outcome = {});

/// Tells that the schedule in WORKSHOP_REPLAY cannot be read, and why.
void report_refused_schedule(std::string why);

/// Ends the program because the running test never will: writes it into the result file as failed
/// with this invariant, and the run as ended, with where the test is; prints the story. For another
/// thread than the test's, which must not be running anything but what hangs.
[[noreturn]] void end_run_in_test(std::string invariant, std::string story, std::string schedule,
                                  const CrashFrames& frames);

}  // namespace workshop::testing
