#include "workshop/runner/runs/lab_program.hpp"

#include <fmt/core.h>

#include <fstream>

#include "workshop/protocol/variables.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

// The result file of each process.
std::vector<fs::path> result_files_of(const fs::path& result_file, unsigned processes) {
  if (processes <= 1) return {result_file};
  std::vector<fs::path> files;
  for (unsigned i = 0; i < processes; ++i) {
    files.push_back(result_file.string() + "." + std::to_string(i));
    std::error_code error;
    fs::remove(files.back(), error);
  }
  return files;
}

// The program, without its arguments; of several processes the shell that starts them in one group,
// so that they are stopped together.
std::vector<std::string> command_of(const fs::path& file, const std::vector<fs::path>& shares) {
  const auto program = fs::absolute(file).string();
  if (shares.size() == 1) return {program};
  const auto script = fmt::format(R"(
    i=0 ids= worst=0
    while [ $i -lt {0} ]; do
      {1}="${1}.$i" "$0" "$@" --shard-count {0} --shard-index $i --allow-running-no-tests &
      ids="$ids $!" i=$((i + 1))
    done
    trap "" TERM  # who is asked to end says where it stands, and the shell waits for that
    for id in $ids; do wait $id || worst=$?; done
    exit $worst)",
                                  shares.size(), protocol::variable::kResultFile);
  return {"sh", "-c", script, program};
}

// One file of all results. Processes that did not come to their ends go last, the first one behind
// the others, as in a whole run: the test that it stands in is followed by nothing.
void put_together(std::vector<fs::path> shares, const fs::path& result_file) {
  std::string ended, others;
  for (const auto& share : shares) {
    auto text = read_file(share).value_or("");
    if (read_results(text).ended) {
      ended += text;
    } else {
      others = std::move(text) + others;
    }
    std::error_code error;
    fs::remove(share, error);
  }
  std::ofstream(result_file, std::ios::binary) << ended << others;
}

}  // namespace

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

  const auto shares = result_files_of(result_file, options.processes);
  auto command = command_of(file, shares);
  command.insert(command.end(), options.arguments.begin(), options.arguments.end());
  auto environment = options.environment;
  environment.emplace_back(protocol::variable::kResultFile, result_file.string());
  process::Limits limits{.time_max = options.time_max};
  if (options.stop_when) limits.stop_when = [&](pid_t) { return options.stop_when(shares); };
  run.process = run_program(command, {.environment = std::move(environment)}, limits);

  std::ofstream(run.output_file, std::ios::binary) << run.process.output;
  if (shares.size() > 1) {
    put_together(shares, result_file);
    constexpr int kSignalled = 128;  // so a shell tells which signal has ended a process
    const int code = run.process.exit_code;
    if (code > kSignalled) run.process.signal = code - kSignalled;
  }
  if (const auto text = read_file(result_file)) run.results = read_results(*text);
  return run;
}

}  // namespace workshop::runner
