#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/explore_words.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/proof.hpp"
#include "workshop/runner/runs/builder.hpp"

namespace workshop::runner {
namespace {

struct ProveOptions {
  LabOptions lab;
  int time_s = 45;  ///< that explorations may spend beyond their own bounds, in all
  bool all = false;
};

constexpr std::size_t kNotesMax = 3;  // of a test; more are counted

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

void print_proof(Console& console, TestResult test, bool all) {
  auto& notes = test.exploration_notes;
  if (notes.size() > kNotesMax && !all) notes = {summary_of(counts_of(notes))};
  print_exploration(test, console);
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
  for (const auto& test : results.tests) print_proof(console, test, options.all);
  const auto* failure = first_failure(results);
  if (failure != nullptr) printer.story(*failure);
  const auto command = "scripts/workshop prove " + std::to_string(done->lab.number);
  console.paragraph(conclusion_of(done->program.label, command, options.time_s, results));
  return failure == nullptr ? protocol::kExitGood : protocol::kExitRed;
}

Action add_prove(CLI::App& app) {
  auto options = std::make_shared<ProveOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--time", options->time_s, "Seconds for all that goes beyond the tests (45)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--all", options->all, "Every exploration of a test, also where there are many");
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
