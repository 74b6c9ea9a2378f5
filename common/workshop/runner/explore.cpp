#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/printer.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace {

constexpr const char* kExploreVariable = "WORKSHOP_EXPLORE";

// The words that the test program reads; see common/workshop/explore/further_options.hpp.
std::string request_of(const ExploreOptions& options) {
  std::string words = "threads=" + std::to_string(std::max(1, options.threads));
  if (options.deeper_s > 0) words += fmt::format(" deeper={}", options.deeper_s);
  if (options.random_count > 0) words += fmt::format(" random={}", options.random_count);
  if (options.pct_depth > 0) words += fmt::format(" pct={}", options.pct_depth);
  words += fmt::format(" seed={}", options.seed);
  if (options.no_pruning) words += " pruning=off";
  if (options.sleep_sets) words += " sleep-sets";
  if (options.why) words += " why";
  return words;
}

void print_test(Console& console, const TestResult& test) {
  const auto mark = test.passed    ? console.green("✓")
                    : test.skipped ? console.yellow("-")
                                   : console.red("✗");
  console.line(mark + " " + test.name);
  for (const auto& note : test.exploration_notes) {
    for (const auto& line : wrapped(note, console.style().width - 4)) console.line("    " + line);
  }
}

}  // namespace

int explore(const Project& project, Console& console, const ExploreOptions& options) {
  const auto lab = project.lab(options.check.lab);
  Builder builder(project, options.check.preset, console);
  Printer printer(project, console);
  const auto program = lab_program(lab, options.check.variant, builder.folder());
  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    printer.build_failure(program, build);
    return 2;
  }
  ProgramRunOptions run_options;
  run_options.environment = {{"COLUMNS", std::to_string(console.style().width - 2)},
                             {kExploreVariable, request_of(options)}};
  if (console.style().ascii) run_options.environment.emplace_back("WORKSHOP_ASCII", "1");
  // Each exploration may take its time; a lab has at most some twenty of them.
  run_options.time_max = options.check.time_max + std::chrono::seconds(options.deeper_s) * 30;
  if (options.no_pruning || options.sleep_sets || options.random_count > 0) {
    run_options.time_max += std::chrono::minutes(30);
  }
  const auto run = run_lab_program(program.file, builder.folder() / "runs",
                                   program.target + ".explore", run_options);
  const auto verdict = judge(program.label, run.process, run.results);
  const auto explored =
      run.results.count([](const TestResult& test) { return !test.exploration_notes.empty(); });
  if (explored == 0 || verdict.judgement == Judgement::unjudged) {
    printer.verdict(lab, options.check.variant, program, run, verdict, false);
    if (explored == 0) console.paragraph(program.label + " explored nothing.");
    return exit_code(verdict.judgement);
  }
  for (const auto& test : run.results.tests) {
    if (!test.exploration_notes.empty()) print_test(console, test);
  }
  const auto* failure = first_failure(run.results);
  if (failure == nullptr) return 0;
  printer.story(*failure);
  return 1;
}

}  // namespace workshop::runner
