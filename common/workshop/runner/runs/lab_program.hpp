#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "workshop/process/program.hpp"
#include "workshop/protocol/programs.hpp"
#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

using protocol::Variant;

/// A program of a lab, as it is built and named.
struct LabProgram {
  std::string target;          ///< "lab08", "lab08_solution", "lab08_mistake_random_ids"
  std::string label;           ///< in sentences: "lab 08", "the solution of lab 08"
  std::filesystem::path file;  ///< where the build puts it
};

/// The program of `lab` for `variant`. Throws UserError if the lab has no such solution or mistake.
LabProgram lab_program(const Lab& lab, const Variant& variant,
                       const std::filesystem::path& build_folder);

/// The program that knows the scenario of the lab's specification, with the sources of `variant`.
/// Throws like `lab_program`.
LabProgram spec_program(const Lab& lab, const Variant& variant,
                        const std::filesystem::path& build_folder);

/// A finished run with what it left behind.
struct ProgramRun {
  process::Result process;
  RunResult results;
  std::filesystem::path output_file;  ///< all that the program printed
};

struct ProgramRunOptions {
  std::chrono::milliseconds time_max{60'000};
  int patience = 0;  ///< as process::Limits::patience
  process::Variables environment;
  std::vector<std::string> arguments;
  /// At most so many processes run at once, each its share of the tests (`shares_of`).
  unsigned processes = 1;
  /// Looked at while it runs, a hundred times a second, with what its result files are called, one
  /// for each process. True: it is stopped.
  std::function<bool(const std::vector<std::filesystem::path>&)> stop_when;
};

/// Runs the test program `file` and reads its results. The result file and the output are kept in
/// `folder` as NAME.jsonl and NAME.log, and replace those of the run before. Of several processes
/// the results are those of one after the other, and the way in which it ended is that of one that
/// ended badly, if any did.
ProgramRun run_lab_program(const std::filesystem::path& file, const std::filesystem::path& folder,
                           const std::string& name, const ProgramRunOptions& options);

}  // namespace workshop::runner
