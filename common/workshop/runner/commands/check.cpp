#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/mistakes/mistakes.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {
namespace {

struct CheckOptions {
  LabOptions lab;
  bool verbose = false;
  bool times = false;
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

int check(Workspace& workspace, const CheckOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto& project = workspace.project();
  auto& console = workspace.console();
  LabRunOptions how;
  how.environment = story_variables(console, project.build_folder(options.lab.preset));
  const auto done = run_lab(project, console, options.lab, how);
  if (!done) return protocol::kExitNotJudged;

  const auto& mistake = options.lab.variant.mistake;
  std::string wanted;  // of a mistake: the test that shall catch it is told first
  if (!mistake.empty()) {
    print_mistake(project, console, done->lab, mistake);
    wanted = test_that_catches(done->lab, mistake);
  }
  Printer printer(project, console);
  printer.verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict,
                  options.verbose, wanted);
  if (options.times) {
    printer.times(done->build, done->run.process,
                  std::chrono::duration_cast<std::chrono::milliseconds>(
                      std::chrono::steady_clock::now() - begin));
  }
  join_right_runs(options, *done, wanted);
  return exit_code(done->verdict.judgement);
}

Action add_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  add_lab_options(app, options->lab);
  app.add_flag("--verbose", options->verbose, "The story of every failing test");
  app.add_flag("--times", options->times, "How long the parts took");
  return [options](Workspace& workspace) { return check(workspace, *options); };
}

}  // namespace

constexpr Command kCheckCommand = {.name = "check",
                                   .description = "Build a lab, run its tests, tell what is wrong",
                                   .example = "scripts/workshop check 8 --verbose",
                                   .audience = Audience::attendee,
                                   .add = add_check};

}  // namespace workshop::runner
