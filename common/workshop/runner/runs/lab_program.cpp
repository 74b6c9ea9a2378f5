#include "workshop/runner/runs/lab_program.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "workshop/protocol/tests.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/chosen_tests.hpp"
#include "workshop/runner/runs/run_program.hpp"
#include "workshop/runner/runs/shares.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

// Where each process writes its results, of so many.
std::vector<fs::path> result_files_of(const fs::path& result_file, std::size_t processes) {
  if (processes <= 1) return {result_file};
  std::vector<fs::path> files;
  for (std::size_t i = 0; i < processes; ++i) {
    files.push_back(result_file.string() + "." + std::to_string(i));
    std::error_code error;
    fs::remove(files.back(), error);
  }
  return files;
}

// The tests that `share` has, as an argument of a test program.
std::string argument_of(const Share& share) {
  std::string argument;
  for (const auto& test : share) {
    if (!argument.empty()) argument += ',';
    argument += protocol::test_argument(test);
  }
  return argument;
}

// A process for each file of results, with its share of the tests, if they are shared.
std::vector<process::Command> commands_of(const fs::path& file, const std::vector<Share>& shares,
                                          const std::vector<fs::path>& result_files,
                                          const ProgramRunOptions& options) {
  std::vector<process::Command> commands;
  for (std::size_t i = 0; i < result_files.size(); ++i) {
    process::Command command{.words = {fs::absolute(file).string()},
                             .options = {.environment = options.environment}};
    auto& words = command.words;
    if (result_files.size() > 1) {
      words.push_back(argument_of(shares[i]));
    } else {
      words.insert(words.end(), options.arguments.begin(), options.arguments.end());
    }
    command.options.environment.emplace_back(protocol::variable::kResultFile,
                                             result_files[i].string());
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

// What all result files say, which are removed.
std::vector<std::string> taken_from(const std::vector<fs::path>& files) {
  std::vector<std::string> texts;
  for (const auto& file : files) {
    texts.push_back(read_file(file).value_or(""));
    std::error_code error;
    fs::remove(file, error);
  }
  return texts;
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
  std::vector<std::string> tests;
  std::vector<Share> shares;
  if (options.processes > 1) {
    tests = tests_of(file, options.arguments);
    shares = shares_of(tests, read_results(read_file(result_file).value_or("")), options.processes);
  }
  fs::remove(result_file, error);

  const auto result_files = result_files_of(result_file, shares.size());
  process::Limits limits{.time_max = options.time_max, .patience = options.patience};
  if (options.stop_when) limits.stop_when = [&](pid_t) { return options.stop_when(result_files); };
  const auto commands = commands_of(file, shares, result_files, options);
  run.process = commands.size() == 1
                    ? run_program(commands.front().words, commands.front().options, limits)
                    : as_one(run_programs(commands, limits));

  std::ofstream(run.output_file, std::ios::binary) << run.process.output;
  if (result_files.size() > 1) {
    std::ofstream(result_file, std::ios::binary)
        << one_result_file(taken_from(result_files), tests);
  }
  if (const auto text = read_file(result_file)) run.results = read_results(*text);
  if (!tests.empty()) put_in_order(run.results, tests);
  return run;
}

}  // namespace workshop::runner
