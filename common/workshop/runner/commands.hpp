#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "workshop/runner/catalog.hpp"
#include "workshop/runner/console.hpp"
#include "workshop/runner/lab_program.hpp"

namespace workshop::runner {

// The subcommands. Each returns the exit code of the program and throws UserError for what the
// person can mend.

struct CheckOptions {
  std::string lab;  ///< as the person wrote it
  Variant variant;
  std::string preset = "dev";
  std::chrono::milliseconds time_max{60'000};  ///< for the program's run
  bool verbose = false;
  bool times = false;
};

struct ReplayOptions {
  std::string schedule;
  int stop_at = 0;       ///< the step before which a debugger gets its turn; 0: none
  std::string debugger;  ///< gdb or lldb, or a path to one; "": the first one found
};

/// Builds a lab, runs it and prints the verdict. 0 all green, 1 red, 2 it could not be judged.
int check(const Project& project, Console& console, const CheckOptions& options);

/// What a replay has shown, in a sentence or two, and its exit code: 0 the test passes on this
/// schedule, 1 it fails, 2 the program left the schedule and broke nothing, which tells nothing of
/// the schedule.
struct ReplayEnding {
  std::string text;
  int code = 0;
};
ReplayEnding ending_of_replay(const TestResult& test);

/// Builds a lab and lets it follow a schedule; tells the story and writes the picture, whether or
/// not it fails. 0 it holds, 1 the failure is still there, 2 it could not be judged, or the program
/// has left the schedule and holds. With `stop_at` a debugger takes this program's place, with the
/// lab's program in it, and it does not return.
int replay(const Project& project, Console& console, const CheckOptions& options,
           const ReplayOptions& replayed);

struct ExploreOptions {
  CheckOptions check;
  int deeper_s = 0;  ///< seconds to raise the bounds, for each exploration
  std::uint64_t random_count = 0;
  std::uint64_t seed = 1;
  int pct_depth = 0;
  int threads = 1;
  bool no_pruning = false;
  bool sleep_sets = false;
  bool why = false;
};

/// Builds a lab and lets it tell of its explorations: executions, states, bounds, times; further,
/// if asked, at random and with raised bounds. 0 no failure, 1 a failure, 2 it could not be judged.
int explore(const Project& project, Console& console, const ExploreOptions& options);

struct AsTraceOptions {
  std::filesystem::path folder;  ///< where to; empty: in the build folder
  std::uint64_t executions_count = 1'000;
  std::uint64_t seed = 1;
};

/// Builds a lab with the scenario of its specification, writes executions of it, drawn at random,
/// as a trace in TLA+, and tells how to check it; where TLC is, whether they are behaviours of the
/// specification. Throws UserError for a lab without one. 0 they are written, and none was
/// rejected, 1 one was, 2 it could not be judged.
int write_trace(const Project& project, Console& console, const CheckOptions& options,
                const AsTraceOptions& trace);

struct ReductionsOptions {
  std::filesystem::path program;
  std::string first = "time=60";
  std::string second = "time=60 pruning=off";
  std::chrono::milliseconds time_max{3'600'000};
};

/// Runs a test program twice, with these words in WORKSHOP_EXPLORE, and compares what its
/// explorations came to. 0 the same, 1 not, 2 it could not be told. For maintainers.
int compare_reductions(Console& console, const ReductionsOptions& options);

/// Prints the labs. 0, or 2 if there are none.
int list(const Project& project, Console& console);

/// How a day of the workshop is divided.
struct AgendaOptions {
  int start_minutes = 9 * 60;  ///< after midnight
  int talk_minutes = 30;       ///< before the labs of a part
  int break_minutes = 15;      ///< after a part
  int lunch_minutes = 60;      ///< instead of the first break after eleven
};

/// Prints when what happens, from the front matter of the labs. 0.
int agenda(const Project& project, Console& console, const AgendaOptions& options);

/// Prints what is wrong with the catalog (see check_catalog). 0 if nothing is, else 1.
int expect_catalog(const Project& project, Console& console);

/// Configures, builds and tests everything under `preset`, on the terminal. The exit code of what
/// failed, or 0.
int verify(const Project& project, Console& console, const std::string& preset);

/// Tries what the labs need on this machine. 0 if all of it is there, 1 if not.
int doctor(const Project& project, Console& console, const std::string& preset);

}  // namespace workshop::runner
