#include "workshop/runner/runs/lab_program.hpp"

#include <fmt/core.h>

#include <fstream>

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;

LabProgram lab_program(const Lab& lab, const Variant& variant, const fs::path& build_folder) {
  const auto folder = build_folder / "labs" / lab.folder.filename();
  LabProgram program{.target = protocol::name_of({lab.padded_number(), variant}),
                     .label = "lab " + lab.padded_number(),
                     .file = {}};
  if (variant.is_skeleton()) {
    program.file = folder / program.target;
    return program;
  }
  if (lab.solution.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  if (variant.solution) {
    program.label = "the solution of " + program.label;
  } else {
    mistake_file(lab, variant.mistake);  // throws when there is no such mistake
    program.label = fmt::format("mistake {} of {}", variant.mistake, program.label);
  }
  program.file = folder / "solution" / program.target;
  return program;
}

LabProgram spec_program(const Lab& lab, const Variant& variant, const fs::path& build_folder) {
  auto program = lab_program(lab, variant, build_folder);
  program.target = protocol::spec_name_of({lab.padded_number(), variant});
  program.file = build_folder / "labs" / lab.folder.filename() / "solution" / program.target;
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
  auto environment = options.environment;
  environment.emplace_back(protocol::variable::kResultFile, result_file.string());
  process::Limits limits{.time_max = options.time_max};
  if (options.stop_when) limits.stop_when = [&](pid_t) { return options.stop_when(result_file); };
  run.process = run_program(command, {.environment = std::move(environment)}, limits);

  std::ofstream(run.output_file, std::ios::binary) << run.process.output;
  if (const auto text = read_file(result_file)) run.results = read_results(*text);
  return run;
}

}  // namespace workshop::runner
