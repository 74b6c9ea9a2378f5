#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "workshop/runner/catalog.hpp"
#include "workshop/runner/process.hpp"
#include "workshop/runner/result_file.hpp"

namespace workshop::runner {

/// Which program of a lab: the skeleton, or with other sources under the same tests.
struct Variant {
  bool solution = false;
  std::string mistake;  ///< the name of the mistake, or empty

  bool is_skeleton() const { return !solution && mistake.empty(); }
};

/// A program of a lab, as it is built and named.
struct LabProgram {
  std::string target;          ///< "lab08", "lab08_solution", "lab08_mistake_random_ids"
  std::string label;           ///< in sentences: "lab 08", "the solution of lab 08"
  std::filesystem::path file;  ///< where the build puts it
};

/// The program of `lab` for `variant`. Throws UserError if the lab has no such solution or mistake.
LabProgram lab_program(const Lab& lab, const Variant& variant,
                       const std::filesystem::path& build_folder);

/// The variable that says where a program writes its pictures; set to nothing: it writes none.
inline constexpr const char* kPicturesVariable = "WORKSHOP_PICTURES";

/// A finished run with what it left behind.
struct ProgramRun {
  ProcessResult process;
  RunResult results;
  std::filesystem::path output_file;  ///< all that the program printed
};

struct ProgramRunOptions {
  std::chrono::milliseconds time_max{60'000};
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> arguments;
};

/// Runs the test program `file` and reads its results. The result file and the output are kept in
/// `folder` as NAME.jsonl and NAME.log, and replace those of the run before.
ProgramRun run_lab_program(const std::filesystem::path& file, const std::filesystem::path& folder,
                           const std::string& name, const ProgramRunOptions& options);

}  // namespace workshop::runner
