#pragma once

#include <functional>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {

/// Prints every test of a run by its steps, and under it what its explorations say. `unfinished`:
/// how a test ended that did not come to its end.
void print_tests(const RunResult& run, Console& console,
                 const std::string& unfinished = "did not end");

/// The same with the green tests of each step in one line, for where a story follows.
void print_tests_folded(const RunResult& run, Console& console,
                        const std::string& unfinished = "did not end");

/// Prints one test with what its explorations say.
void print_exploration(const TestResult& test, Console& console);

/// How much of a verdict is printed.
struct VerdictDetail {
  bool all_stories = false;  ///< of every failure, not only of the first
  bool all_tests = false;    ///< green ones one by one where a story follows
  std::string wanted = {};   ///< the test whose story is told first, if it failed
  bool part = false;  ///< only some tests were run: green does not say that the lab is solved
  bool keys = false;  ///< what is next is a key of `watch`, where there is one
  std::function<void()> before_next = {};  ///< prints what stands between a story and what is next
};

/// Says to the person at the terminal what came of a lab. What to do next always stands last, above
/// the prompt.
class Printer {
 public:
  Printer(const Project& project, Console& console) : project_(project), console_(console) {}

  /// The verdict on one run: its tests, then the story of the first failure, then what to do next.
  void verdict(const Lab& lab, const Variant& variant, const LabProgram& program,
               const ProgramRun& run, const Verdict& verdict, const VerdictDetail& detail);

  /// A build that failed: the first errors and one sentence.
  void build_failure(const LabProgram& program, const BuildResult& build);

  /// The story of one failed or replayed test.
  void story(const TestResult& test);

  /// Where its picture is, if it has one.
  void picture(const TestResult& test);

  void times(const BuildResult& build, const process::Result& run,
             std::chrono::milliseconds altogether);

 private:
  std::string as_typed_here(std::string text) const;
  void failure_text(const TestResult& test);
  void next_steps(const Lab& lab, const TestResult& failure, bool keys);
  void unjudged(const ProgramRun& run, const Verdict& verdict);
  void solved(const Lab& lab);
  void headline(const Lab& lab, const LabProgram& program, const RunResult& results);
  void line_of_end(const LabProgram& program, const RunResult& results);
  void ways_to_a_crash(const Lab& lab, const Variant& variant, const LabProgram& program,
                       const RunResult& results);

  const Project& project_;
  Console& console_;
};

/// What a compiler says: a sentence that is too wide is broken between its words, and the columns
/// of code stay below one another.
void print_errors(Console& console, const std::vector<std::string>& lines, std::size_t indent = 0);

/// The folder below the build folder in which everything of a lab is built: "labs/08-name".
std::string part_of_build(const LabProgram& program, const BuildResult& build);

}  // namespace workshop::runner
