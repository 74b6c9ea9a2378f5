#pragma once

#include <string>

#include "workshop/process/program.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// What a run of a test program comes to.
enum class Judgement {
  green,     ///< every test passed, or was skipped
  red,       ///< tests failed
  unjudged,  ///< it cannot be told: the program crashed, hung, reported nothing or has no tests
};

struct Verdict {
  Judgement judgement = Judgement::unjudged;
  std::string problem;  ///< why it could not be judged, as a sentence about `subject`; else empty
};

/// "green", "red" or "unjudged", as in what programs read.
const char* name_of(Judgement judgement);

/// Judges one run. `subject` is how the program is called in sentences: "lab 08".
Verdict judge(const std::string& subject, const process::Result& process, const RunResult& run);

/// Whether a signal, or what a sanitizer made of it, has ended the program before its time was up.
bool has_crashed(const process::Result& process, const RunResult& run);
/// How the test that was running ended, in a word for lists: "crashed (SIGSEGV)", "hangs"; "did not
/// end" when it cannot be told.
std::string end_of_unfinished(const process::Result& process, const RunResult& run);
/// Where an execution stood, such as that in which the program crashed: "after step 3, load:
/// receive, load (crash), load"; empty for no schedule.
std::string last_steps_of(const std::string& schedule);

/// The same steps to be read aloud, one a line: " 2  load (planned fault: crash)". Empty for no
/// schedule.
std::string lines_of_last_steps(const std::string& schedule);

/// The test in which a handler has spun without reaching an operation, which ended its program
/// though that told its end: tests after it did not run. Null: none.
const TestResult* endless_loop(const RunResult& run);

/// The exit code that `check` ends with: 0 green, 1 red, 2 unjudged.
int exit_code(Judgement judgement);

/// The first test to work on: `wanted` if that failed; else one whose handler is not deterministic,
/// because then no other result says anything; else the lowest step that has a failing one, and
/// there the first in the file, those in which something broke before those that a bound ended.
/// Null if none.
const TestResult* first_failure(const RunResult& run, const std::string& wanted = {});

/// What a replay has shown, in a sentence or two, and its exit code: 0 the test passes on this
/// schedule, 1 it fails, 2 the program left the schedule and broke nothing, which tells nothing of
/// the schedule.
struct ReplayEnding {
  std::string text;
  int code = 0;
};
ReplayEnding ending_of_replay(const TestResult& test);

}  // namespace workshop::runner
