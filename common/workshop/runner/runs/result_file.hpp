#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// What the result file tells of one test.
struct TestResult {
  std::string name;
  std::vector<std::string> tags;
  std::string file;  ///< where the test stands
  int line = 0;
  bool ended = false;  ///< false: the program ended before the test did
  bool passed = false;
  bool skipped = false;
  std::string skip_reason;
  int todo_step = 0;
  std::optional<std::string> todo;  ///< the TODO that failed it
  std::string invariant;            ///< the broken invariant that failed it
  std::string story;
  std::string schedule;
  std::optional<std::string> exception;  ///< an unexpected exception that failed it
  std::vector<std::string> failures;
  std::string failed_file;  ///< the first assertion that failed
  int failed_line = 0;
  std::vector<std::string> explorations;
  std::vector<std::string> exploration_notes;  ///< only when `workshop explore` asked
  std::optional<std::string> replay;           ///< the story of a replay that it followed
  std::string replay_broken;  ///< the invariant that the replay broke, whatever the test made of it
  std::string replay_left;    ///< where the replay left its schedule, "step 5 of 12"; or empty
  std::string picture;        ///< the page with its picture, or empty
  std::string painted_story;  ///< of a failure or a replay, with colours, if they were asked for
  int duration_ms = 0;
  std::string alone;  ///< what came of it alone in a process, where that is something else: "green"

  bool failed() const { return !passed && !skipped; }
  bool has_tag(std::string_view tag) const;
  bool given() const;
  int step() const;  ///< of its tag [stepN]; 0 without one
  /// Why it is red, in one word of the catalogue: "todo", an invariant's name, "exception",
  /// "assertion"; or "did not end", "skipped", or empty if it passed.
  std::string reason() const;
};

/// What a result file tells of one run of a test program.
struct RunResult {
  bool started = false;
  bool ended = false;             ///< the program came to its end by itself
  std::vector<TestResult> tests;  ///< in the order in which they ran
  std::string refused_schedule;   ///< why the schedule to replay cannot be read, or empty
  std::string fatal;              ///< the signal that the program itself noticed, or empty
  std::string fatal_schedule;     ///< the execution up to there, where a handler ran
  std::vector<std::string>
      crash_frames;                  ///< where it came: addresses in hexadecimal, innermost first
  std::size_t unreadable_lines = 0;  ///< such as the last one of a program that was killed

  /// The test that was running when the program ended, or nothing.
  const TestResult* unfinished() const;
  std::size_t count(bool (*holds)(const TestResult&)) const;
};

/// Reads the text of a result file (protocol/result_file.hpp). Lines that are not whole are
/// counted, and events of an unknown kind are skipped.
RunResult read_results(std::string_view text);

}  // namespace workshop::runner
