#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// What came of comparing a run with what was expected of it.
struct Findings {
  std::vector<std::string> errors;    ///< sentences; none: it is as expected
  std::vector<std::string> warnings;  ///< sentences
  std::string summary;                ///< of a run that is as expected
};

/// How a skeleton's test shall fail when it is not by its TODO: the test's name and the reason
/// ("duplicate effect", "assertion", "exception").
using DeclaredReds = std::map<std::string, std::string>;

/// Reads "a test's name=reason" each. Throws UserError for one without a reason, and for a test
/// named twice.
DeclaredReds read_reds(const std::vector<std::string>& texts);

/// Every test is red, by its TODO or as declared, and those tagged [given] are green.
Findings expect_skeleton(const RunResult& run, const DeclaredReds& reds);

/// Every test is green, or skipped with a reason, and there is at least one.
Findings expect_solution(const RunResult& run);

/// The test that the mistake's comment names fails, and as it says. That tests of earlier steps
/// fail too is a warning.
Findings expect_mistake(const RunResult& run, const MistakeHeader& header);

/// Every test of the steps up to `step` is green, and every one of the next step is red, by its
/// TODO or as declared; one tagged [given] is green unless it is declared. Of later steps nothing
/// is asked.
Findings expect_step(const RunResult& run, int step, const DeclaredReds& reds);

/// What is said of failures whose schedule is longer than protocol::kScheduleMax.
std::vector<std::string> long_schedules(const RunResult& run);

/// Both runs have the same tests with the same verdicts, reasons and schedules.
Findings expect_same(const RunResult& first, const RunResult& second);

/// Why tests of a run that is good otherwise were skipped: the first reason. Empty when none was,
/// and when something is wrong.
std::string why_skipped(const RunResult& run);

enum class Expectation { skeleton, solution, mistake, step };

struct ExpectOptions {
  Expectation expectation = Expectation::skeleton;
  std::filesystem::path program;
  std::filesystem::path source;   ///< of a mistake or a step
  int step = 0;                   ///< of a step: the last that is solved
  std::vector<std::string> reds;  ///< of a skeleton or a step
  std::filesystem::path readme;   ///< of a solution: shows what it prints, or empty
  bool only_named = false;        ///< of a mistake: runs the test that shall catch it, and no other
  int runs_count = 1;             ///< above 1, all of them have to agree
  std::chrono::milliseconds time_max{110'000};  ///< one run; below the limit that ctest sets
};

/// Runs the program and prints what was found. What a skeleton or a solution says can be replayed
/// is replayed as well. 0 as expected, 1 not, 2 it could not be judged; protocol::kExitSkipped when
/// tests were skipped, each with its reason, and nothing else is wrong.
int expect(Console& console, const ExpectOptions& options);

}  // namespace workshop::runner
