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

/// How far a test of many explorations was proved: "26 explorations: 14 proved beyond their own
/// bounds, 10 within them, as far as is promised, 2 ran out of time".
std::string summary_of(const std::vector<std::string>& notes) {
  std::size_t further = 0;
  std::size_t own = 0;
  for (const auto& note : notes) {
    if (note.starts_with("proved as far as"))
      ++own;
    else if (note.starts_with("proved up to") && note.find("; ") == std::string::npos)
      ++further;
  }
  const auto rest = notes.size() - own - further;
  auto words = protocol::counted(notes.size(), "exploration") + ":";
  const auto add = [&](std::size_t count, std::string_view what) {
    if (count > 0) words += fmt::format("{} {} {}", words.ends_with(':') ? "" : ",", count, what);
  };
  add(further, "proved beyond their own bounds");
  add(own, "proved within them, which is all that is promised");
  add(rest, "not complete in the time that there was");
  return words + " (--all lists them)";
}

void print_proof(Console& console, TestResult test, bool all) {
  auto& notes = test.exploration_notes;
  if (notes.size() > kNotesMax && !all) notes = {summary_of(notes)};
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
