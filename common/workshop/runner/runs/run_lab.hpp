#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/runs/verdict.hpp"

namespace workshop::runner {

/// Which program of a lab a person wants to run.
struct LabOptions {
  std::string lab;  ///< as the person wrote it
  Variant variant;
  std::string preset = "dev";
  int timeout_s = 60;  ///< seconds that the program's run may take
};

/// How a command runs it.
struct LabRunOptions {
  /// The program that knows the scenario of the lab's specification, instead of the lab's tests.
  bool specification = false;
  /// After the program's name, in the names under which results and output are kept: ".replay".
  std::string kept_as;
  process::Variables environment;
  std::vector<std::string> arguments;
  unsigned processes = 1;                  ///< so many at once, each with its share of the tests
  std::chrono::milliseconds time_more{0};  ///< beyond LabOptions::timeout_s
  /// Called while it is built, with how many of the build's parts are done, and of how many.
  std::function<void(std::size_t, std::size_t)> building;
  /// Called when the program is built, before it is started; what takes its place does not return.
  std::function<void(const LabProgram&)> before;
  /// Looked at while it is built and run. True: it is stopped, and run_lab returns nothing.
  std::function<bool()> is_over;
  /// Called while it runs, with a test that has run for a second or longer: there may be one that
  /// hangs.
  std::function<void(const std::string&)> long_test;
  /// It shows how many tests are done, when that takes over a second.
  bool shows_progress = false;
  /// Called when it cannot be built, instead of printing the errors.
  std::function<void(const Lab&, const LabProgram&, const BuildResult&)> on_build_failure;
};

/// A program of a lab that was built and run.
struct LabRun {
  Lab lab;
  LabProgram program;
  std::filesystem::path build_folder;
  BuildResult build;
  ProgramRun run;
  Verdict verdict;
};

/// Builds a program of a lab, runs it, reads its results and judges them. Nothing if it was not
/// built: then the errors are on the console. Throws UserError for a lab, a solution or a mistake
/// that is not there.
std::optional<LabRun> run_lab(const Project& project, Console& console, const LabOptions& options,
                              const LabRunOptions& how);

/// How a program shall write the stories that `console` prints with an indent of 2, and where its
/// pictures.
process::Variables story_variables(const Console& console,
                                   const std::filesystem::path& build_folder);

}  // namespace workshop::runner
