#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/catalog_check.hpp"
#include "workshop/runner/commands.hpp"
#include "workshop/runner/printer.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace {

constexpr const char* kReplayVariable = "WORKSHOP_REPLAY";

/// How the program shall write its stories, which are printed with an indent of 2.
std::vector<std::pair<std::string, std::string>> environment(const Console& console) {
  std::vector<std::pair<std::string, std::string>> variables = {
      {"COLUMNS", std::to_string(console.style().width - 2)}};
  if (console.style().ascii) variables.emplace_back("WORKSHOP_ASCII", "1");
  return variables;
}

std::filesystem::path runs_folder(const Builder& builder) { return builder.folder() / "runs"; }

}  // namespace

int check(const Project& project, Console& console, const CheckOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto lab = project.lab(options.lab);
  Builder builder(project, options.preset, console);
  Printer printer(project, console);
  const auto program = lab_program(lab, options.variant, builder.folder());

  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    printer.build_failure(program, build);
    return 2;
  }
  const auto run =
      run_lab_program(program.file, runs_folder(builder), program.target,
                      {.time_max = options.time_max, .environment = environment(console)});
  const auto verdict = judge(program.label, run.process, run.results);
  printer.verdict(lab, options.variant, program, run, verdict, options.verbose);
  if (options.times) {
    printer.times(build, run.process,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - begin));
  }
  return exit_code(verdict.judgement);
}

int replay(const Project& project, Console& console, const CheckOptions& options,
           const std::string& schedule) {
  const auto lab = project.lab(options.lab);
  Builder builder(project, options.preset, console);
  Printer printer(project, console);
  const auto program = lab_program(lab, options.variant, builder.folder());

  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    printer.build_failure(program, build);
    return 2;
  }
  auto variables = environment(console);
  variables.emplace_back(kReplayVariable, schedule);
  const auto run =
      run_lab_program(program.file, runs_folder(builder), program.target + ".replay",
                      {.time_max = options.time_max, .environment = std::move(variables)});
  const auto verdict = judge(program.label, run.process, run.results);

  const auto& tests = run.results.tests;
  const auto followed = std::find_if(
      tests.begin(), tests.end(), [](const TestResult& test) { return test.replay.has_value(); });
  if (followed == tests.end()) {
    if (!run.results.ended && run.results.started) {
      printer.verdict(lab, options.variant, program, run, verdict, false);
    } else {
      console.paragraph(fmt::format(
          "no test of {} knows the schedule {}; check prints the schedules of its failures",
          program.label, schedule));
    }
    return 2;
  }
  console.paragraph(followed->name);
  console.line();
  for (const auto& line : lines_of(*followed->replay)) console.line("  " + line);
  console.line();
  if (!followed->ended) {
    console.paragraph(verdict.problem + ".");
    return 2;
  }
  if (followed->passed) {
    console.line(console.green("On this schedule the test passes."));
    return 0;
  }
  console.line(console.red(
      fmt::format("On this schedule the test fails{}.",
                  followed->invariant.empty() ? std::string() : ": " + followed->invariant)));
  return 1;
}

int list(const Project& project, Console& console) {
  const auto labs = project.labs();
  if (labs.empty()) {
    console.line("labs/ holds no lab");
    return 2;
  }
  std::size_t width = 0;
  for (const auto& lab : labs) width = std::max(width, columns_of(lab.title));
  for (const auto& lab : labs) {
    const std::string gap(width - columns_of(lab.title), ' ');
    const auto minutes = lab.minutes ? fmt::format("{}  {:>2} min", gap, *lab.minutes) : "";
    console.line(fmt::format("{}  {}{}", lab.padded_number(), lab.title, minutes));
  }
  return 0;
}

int expect_catalog(const Project& project, Console& console) {
  const auto errors = check_catalog(project);
  for (const auto& error : errors) console.line(error);
  if (errors.empty()) console.line("labs/ and solutions/ are as the front matter says");
  return errors.empty() ? 0 : 1;
}

}  // namespace workshop::runner
