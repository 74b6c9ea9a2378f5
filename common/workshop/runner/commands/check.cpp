#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/hand_over.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/mistakes/mistakes.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/progress/progress.hpp"
#include "workshop/runner/runs/chosen_tests.hpp"
#include "workshop/runner/runs/pictures.hpp"
#include "workshop/runner/runs/run_json.hpp"

namespace workshop::runner {
namespace {

struct CheckOptions {
  LabOptions lab;
  std::string test;  ///< a part of the names of the tests to run; empty: all
  bool verbose = false;
  bool all = false;
  bool times = false;
  bool as_json = false;
  bool without_diff = false;  ///< of a mistake: nothing that would show a room the solution
};

/// The verdict is on the screen already: this costs no waiting. The first failure's page, or with
/// --verbose all of them, takes the right run in if the solution happens to be built.
void join_right_runs(const CheckOptions& options, const LabRun& done, const std::string& wanted) {
  if (options.lab.variant.solution || done.lab.solution.empty()) return;
  const auto right = lab_program(done.lab, {.solution = true, .mistake = {}}, done.build_folder);
  const auto* first = first_failure(done.run.results, wanted);
  for (const auto& test : done.run.results.tests) {
    if (!test.failed() || test.schedule.empty() || (&test != first && !options.verbose)) continue;
    join_right_run(right, done.build_folder, test);
  }
}

/// Remembers what the skeleton's run has told. That it cannot be written down is no verdict's
/// business: it is said below it.
void remember(Workspace& workspace, const LabRun& done, const std::string& digest, bool whole) {
  if (done.verdict.judgement == Judgement::unjudged) return;
  auto progress = Progress::load(workspace.project());
  progress.record(done.lab, digest, done.run.results, whole);
  try {
    progress.save(workspace.project());
  } catch (const UserError& error) {
    workspace.console().paragraph(fmt::format("Progress is not kept: {}", error.what()));
  }
}

void print_what_is_next(Workspace& workspace, const Lab& lab) {
  const auto labs = workspace.project().labs();
  const auto progress = Progress::load(workspace.project());
  const auto* next = next_to_go_on(labs, progress, lab.number);
  workspace.console().line();
  print_proof_offer(workspace.console(), workspace.project(), lab, progress);
  print_next(workspace.console(), workspace.project(), next, progress);
}

/// A model's tests share what one run of TLC has found, which takes all processors; so they are one
/// process's, or each process would ask anew.
unsigned processes_for(const Lab& lab) {
  const bool is_model = !lab.sources.empty() && lab.sources.front().extension() == ".tla";
  return is_model ? 1 : build_jobs();
}

LabRunOptions how_to_check(Workspace& workspace, const CheckOptions& options, const Lab& checked) {
  LabRunOptions how;
  how.environment =
      story_variables(workspace.console(), workspace.project().build_folder(options.lab.preset));
  if (options.without_diff) {
    how.environment.emplace_back(protocol::variable::kReplayOptions,
                                 protocol::variable::kHidesRightRun);
  }
  how.on_build_failure = [&](const Lab& lab, const LabProgram& program, const BuildResult& build) {
    const auto& project = workspace.project();
    if (options.as_json) {
      workspace.console().line(build_failure_json(project, lab, program, build));
    } else {
      Printer(project, workspace.console()).build_failure(program, build);
    }
    if (options.lab.variant.is_skeleton()) remember_not_built(project, lab, program, build);
  };
  if (options.test.empty()) {
    how.processes = processes_for(checked);
    return how;
  }
  how.kept_as = ".test";  // the results of a whole run stay
  how.before = [&options](const LabProgram& program) { require_tests(program, options.test); };
  how.arguments = {tests_with(options.test)};
  return how;
}

int check(Workspace& workspace, const CheckOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto lab = project.lab(options.lab.lab);
  const auto digest = digest_of(lab);
  Console aside(std::cerr, console.style());  // standard output is the JSON's alone
  const auto done = run_lab(project, options.as_json ? aside : console, options.lab,
                            how_to_check(workspace, options, lab));
  if (!done) return protocol::kExitNotJudged;
  const bool whole = options.test.empty();
  const bool own = options.lab.variant.is_skeleton();
  if (own) remember(workspace, *done, digest, whole);
  if (options.as_json) {
    console.line(check_json(project, *done));
    if (own) tell_joined_board(project, aside, done->lab);
    return exit_code(done->verdict.judgement);
  }
  const auto& mistake = options.lab.variant.mistake;
  std::string wanted;  // of a mistake: the test that shall catch it is told first
  if (!mistake.empty()) {
    if (!options.without_diff) print_mistake(project, console, done->lab, mistake);
    wanted = test_that_catches(done->lab, mistake);
  }
  Printer printer(project, console);
  VerdictDetail detail = {
      .all_stories = options.verbose, .all_tests = options.all, .wanted = wanted, .part = !whole};
  if (own) {
    detail.before_next = [&] { print_solved_before(console, Progress::load(project), done->lab); };
  }
  printer.verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict, detail);
  if (own && whole && done->verdict.judgement == Judgement::green) {
    print_what_is_next(workspace, done->lab);
  }
  if (options.times) {
    printer.times(done->build, done->run.process,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - begin));
  }
  if (!options.without_diff) join_right_runs(options, *done, wanted);
  if (own) tell_joined_board(project, console, done->lab);
  return exit_code(done->verdict.judgement);
}

Action add_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--test", options->test, "Only tests that have this in their names");
  app.add_flag("--all", options->all, "Every green test too where a story follows");
  app.add_flag("--verbose", options->verbose, "The story of every failing test");
  app.add_flag("--times", options->times, "How long the parts took");
  app.add_flag("--no-diff", options->without_diff,
               "Of a mistake: neither what it changes of the solution nor the right run in its "
               "picture, which a room shall not see yet");
  app.add_flag("--json", options->as_json, "As JSON (docs/json.md)");
  return [options](Workspace& workspace) { return check(workspace, *options); };
}

}  // namespace

constexpr Command kCheckCommand = {.name = "check",
                                   .description = "Build a lab, run its tests, tell what is wrong",
                                   .example = "scripts/workshop check 8 --verbose",
                                   .audience = Audience::attendee,
                                   .add = add_check};

}  // namespace workshop::runner
