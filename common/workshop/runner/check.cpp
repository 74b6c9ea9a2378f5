#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/catalog_check.hpp"
#include "workshop/runner/commands.hpp"
#include "workshop/runner/mistakes.hpp"
#include "workshop/runner/pictures.hpp"
#include "workshop/runner/printer.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace {

/// How the program shall write its stories, which are printed with an indent of 2, and where its
/// pictures.
std::vector<std::pair<std::string, std::string>> environment(const Console& console,
                                                             const Builder& builder) {
  std::vector<std::pair<std::string, std::string>> variables = {
      {"COLUMNS", std::to_string(console.style().story_width - 2)},
      {kPicturesVariable, pictures_folder(builder.folder()).string()}};
  if (console.style().ascii) variables.emplace_back("WORKSHOP_ASCII", "1");
  if (console.style().color) variables.emplace_back("WORKSHOP_COLOR", "1");
  return variables;
}

/// The verdict is on the screen already: this costs no waiting. The first failure's page, or with
/// --verbose all of them, takes the right run in if the solution happens to be built.
void join_right_runs(const Lab& lab, const CheckOptions& options, const Builder& builder,
                     const RunResult& results) {
  if (options.variant.solution || lab.solution.empty()) return;
  const auto right = lab_program(lab, {.solution = true}, builder.folder());
  const auto* first = first_failure(results);
  for (const auto& test : results.tests) {
    if (!test.failed() || test.schedule.empty() || (&test != first && !options.verbose)) continue;
    join_right_run(right, builder.folder(), test);
  }
}

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
      run_lab_program(program.file, runs_folder(builder.folder()), program.target,
                      {.time_max = options.time_max, .environment = environment(console, builder)});
  const auto verdict = judge(program.label, run.process, run.results);
  const auto& mistake = options.variant.mistake;
  if (!mistake.empty()) print_mistake(project, console, lab, mistake);
  printer.verdict(lab, options.variant, program, run, verdict, options.verbose);
  if (options.times) {
    printer.times(build, run.process,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - begin));
  }
  join_right_runs(lab, options, builder, run.results);
  return exit_code(verdict.judgement);
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
