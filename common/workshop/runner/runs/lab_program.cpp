#include "workshop/runner/runs/lab_program.hpp"

#include <fmt/core.h>

#include <algorithm>
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

// A process for each share of the tests, with a result file of its own.
std::vector<process::Command> commands_of(const fs::path& file, const std::vector<fs::path>& shares,
                                          const ProgramRunOptions& options) {
  std::vector<process::Command> commands;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    process::Command command{.words = {fs::absolute(file).string()},
                             .options = {.environment = options.environment}};
    auto& words = command.words;
    words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    if (shares.size() > 1) {
      words.insert(words.end(), {"--shard-count", std::to_string(shares.size()), "--shard-index",
                                 std::to_string(i), "--allow-running-no-tests"});
    }
    command.options.environment.emplace_back(protocol::variable::kResultFile, shares[i].string());
    commands.push_back(std::move(command));
  }
  return commands;
}

// How all ended, as one: the first that met a signal, that was stopped, or that failed; the output
// of those that ended well first, so that what a person looks for stands at the end.
process::Result as_one(const std::vector<process::Result>& results) {
  const auto badness = [](const process::Result& result) {
    if (!result.start_error.empty()) return 4;
    if (result.timed_out) return 3;
    if (result.signal != 0) return 2;
    return result.exit_code != 0 ? 1 : 0;
  };
  const auto worst = std::ranges::max_element(results, {}, badness);
  auto one = *worst;
  one.output.clear();
  for (const auto& result : results) {
    one.duration = std::max(one.duration, result.duration);
    if (&result != &*worst) one.output += result.output;
  }
  one.output += worst->output;
  return one;
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
  process::Limits limits{.time_max = options.time_max};
  if (options.stop_when) limits.stop_when = [&](pid_t) { return options.stop_when(shares); };
  const auto commands = commands_of(file, shares, options);
  run.process = commands.size() == 1
                    ? run_program(commands.front().words, commands.front().options, limits)
                    : as_one(run_programs(commands, limits));

  std::ofstream(run.output_file, std::ios::binary) << run.process.output;
  if (shares.size() > 1) put_together(shares, result_file);
  if (const auto text = read_file(result_file)) run.results = read_results(*text);
  return run;
}

}  // namespace workshop::runner
