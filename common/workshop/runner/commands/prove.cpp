#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/builder.hpp"

namespace workshop::runner {
namespace {

struct ProveOptions {
  LabOptions lab;
  int time_s = 45;  ///< that explorations may spend beyond their own bounds, in all
};

LabRunOptions how_to_prove(const Console& console, const Project& project,
                           const ProveOptions& options) {
  namespace variable = protocol::variable;
  LabRunOptions how;
  how.kept_as = ".prove";
  how.shows_progress = true;
  how.environment = story_variables(console, project.build_folder(options.lab.preset));
  how.environment.emplace_back(
      variable::kExplore, fmt::format("{}={}", protocol::explore_word::kProve, options.time_s));
  how.arguments = {"[exam],~[.]"};  // the tests that `check` leaves out, and all of its own
  how.processes = build_jobs();
  how.time_more = std::chrono::seconds(options.time_s);
  return how;
}

void print_proof(Console& console, const TestResult& test) {
  const auto mark = test.passed    ? console.green("✓")
                    : test.skipped ? console.yellow("-")
                                   : console.red("✗");
  console.line(mark + " " + test.name);
  for (const auto& note : test.exploration_notes) {
    for (const auto& line : wrapped(note, console.style().width - 4)) console.line("    " + line);
  }
}

int prove(Workspace& workspace, const ProveOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto done = run_lab(project, console, options.lab, how_to_prove(console, project, options));
  if (!done) return protocol::kExitNotJudged;

  Printer printer(project, console);
  const auto& results = done->run.results;
  if (done->verdict.judgement == Judgement::unjudged) {
    printer.verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict, {});
    return exit_code(done->verdict.judgement);
  }
  for (const auto& test : results.tests) print_proof(console, test);
  const auto* failure = first_failure(results);
  if (failure == nullptr) {
    console.paragraph(
        fmt::format("{} holds in {}, each as far as it says.", done->program.label,
                    protocol::counted(static_cast<std::uint64_t>(results.tests.size()), "test")));
    return protocol::kExitGood;
  }
  printer.story(*failure);
  return protocol::kExitRed;
}

Action add_prove(CLI::App& app) {
  auto options = std::make_shared<ProveOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--time", options->time_s, "Seconds for all that goes beyond the tests (45)")
      ->check(CLI::PositiveNumber);
  return [options](Workspace& workspace) { return prove(workspace, *options); };
}

}  // namespace

constexpr Command kProveCommand = {
    .name = "prove",
    .description = "After green: harder situations and wider bounds, a minute",
    .example = "scripts/workshop prove 8",
    .audience = Audience::attendee,
    .add = add_prove};

}  // namespace workshop::runner
