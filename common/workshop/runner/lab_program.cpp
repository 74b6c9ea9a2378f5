#include "workshop/runner/lab_program.hpp"

#include <fmt/core.h>

#include <fstream>

#include "workshop/runner/mistake_list.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;

LabProgram lab_program(const Lab& lab, const Variant& variant, const fs::path& build_folder) {
  const auto folder = build_folder / "labs" / lab.folder.filename();
  LabProgram program{.target = lab.target(), .label = "lab " + lab.padded_number(), .file = {}};
  if (variant.is_skeleton()) {
    program.file = folder / program.target;
    return program;
  }
  if (lab.solution.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  if (variant.solution) {
    program.target += "_solution";
    program.label = "the solution of " + program.label;
  } else {
    mistake_file(lab, variant.mistake);  // which refuses one that is none
    program.target += "_mistake_" + variant.mistake;
    program.label = fmt::format("mistake {} of {}", variant.mistake, program.label);
  }
  program.file = folder / "solution" / program.target;
  return program;
}

ProgramRun run_lab_program(const fs::path& file, const fs::path& folder, const std::string& name,
                           const ProgramRunOptions& options) {
  std::error_code error;
  fs::create_directories(folder, error);
  ProgramRun run;
  run.output_file = folder / (name + ".log");
  const auto result_file = fs::absolute(folder / (name + ".jsonl"));
  fs::remove(result_file, error);

  std::vector<std::string> command = {fs::absolute(file).string()};
  command.insert(command.end(), options.arguments.begin(), options.arguments.end());
  ProcessOptions process;
  process.environment = options.environment;
  process.environment.emplace_back("WORKSHOP_RESULT_FILE", result_file.string());
  process.time_max = options.time_max;
  run.process = run_process(command, process);

  std::ofstream(run.output_file, std::ios::binary) << run.process.output;
  if (const auto text = read_file(result_file)) run.results = read_results(*text);
  return run;
}

}  // namespace workshop::runner
