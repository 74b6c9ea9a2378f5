#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "workshop/process/find_program.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/phrases.hpp"
#include "workshop/protocol/variables.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/printing/printer.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/runs/pictures.hpp"

namespace workshop::runner {
namespace {

namespace variable = protocol::variable;

struct ReplayOptions {
  LabOptions lab;
  std::string schedule;
  bool without_right_run = false;  ///< it would show a room the solution
  int stop_at = 0;                 ///< the step before which a debugger gets its turn; 0: none
  std::string debugger;            ///< gdb or lldb, or a path to one; "": the first one found
};

std::string find_debugger(const std::string& wanted) {
  if (!wanted.empty()) return process::find_program(wanted).empty() ? std::string() : wanted;
  for (const char* name : {"gdb", "lldb", "lldb-19", "lldb-18", "lldb-17", "lldb-16"}) {
    if (!process::find_program(name).empty()) return name;
  }
  return {};
}

// This program becomes the debugger, which has the terminal to itself.
[[noreturn]] void debug(const Project& project, const LabProgram& program,
                        const ReplayOptions& options, process::Variables variables) {
  const auto debugger = find_debugger(options.debugger);
  if (debugger.empty()) {
    throw UserError(fmt::format(
        "{} is not there. Install gdb or lldb; or start {} in your editor's debugger with "
        "{}='{}' and {}={} in its environment: it stops with SIGTRAP before that step",
        options.debugger.empty() ? "a debugger" : options.debugger, project.shown(program.file),
        variable::kReplay, options.schedule, variable::kStopAt, options.stop_at));
  }
  variables.emplace_back(variable::kStopAt, std::to_string(options.stop_at));
  for (const auto& [name, value] : variables) ::setenv(name.c_str(), value.c_str(), 1);
  const auto file = std::filesystem::absolute(program.file).string();
  const auto name = std::filesystem::path(debugger).filename().string();
  std::vector<std::string> command = {debugger, "-q", "-ex", "run", "--args", file};
  if (name.starts_with("lldb")) command = {debugger, "-o", "run", "--", file};
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execvp(debugger.c_str(), arguments.data());
  throw UserError(fmt::format("{} cannot be started: {}", debugger, std::strerror(errno)));
}

// What to print when no test has followed the schedule.
std::string why_not(const LabProgram& program, const RunResult& run, const std::string& schedule) {
  if (!run.refused_schedule.empty()) return run.refused_schedule;
  for (const auto& test : run.tests) {
    if (test.exception && test.exception->starts_with(protocol::phrase::kScheduleHas))
      return *test.exception;
  }
  return fmt::format(
      "no test of {} knows the schedule {}; check prints the schedules of its failures",
      program.label, schedule);
}

// The solution is built for the picture, after all that the person waits for has been printed.
void add_right_run(const Project& project, Console& console, const ReplayOptions& options,
                   const LabRun& done, TestResult test) {
  if (options.lab.variant.solution || done.lab.solution.empty() || test.picture.empty()) return;
  Builder builder(project, options.lab.preset, console);
  const auto right = lab_program(done.lab, {.solution = true, .mistake = {}}, builder.folder());
  if (!builder.build(right.target, right.label).built) return;
  test.schedule = options.schedule;
  join_right_run(right, builder.folder(), test);
}

void print_replay(const Project& project, Console& console, const TestResult& test) {
  console.paragraph(test.name);
  console.line();
  const bool painted = console.style().color && !test.painted_story.empty();
  for (const auto& line : lines_of(painted ? test.painted_story : *test.replay)) {
    console.line("  " + line);
  }
  Printer(project, console).picture(test);
  console.line();
}

void print_ending(Console& console, const ReplayEnding& ending) {
  for (const auto& line : console.broken(ending.text)) {
    console.line(ending.code == protocol::kExitGood  ? console.green(line)
                 : ending.code == protocol::kExitRed ? console.red(line)
                                                     : console.yellow(line));
  }
}

int replay(Workspace& workspace, const ReplayOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  LabRunOptions how;
  how.kept_as = ".replay";
  how.environment = story_variables(console, project.build_folder(options.lab.preset));
  how.environment.emplace_back(variable::kReplay, options.schedule);
  if (options.without_right_run) {
    how.environment.emplace_back(variable::kReplayOptions, variable::kHidesRightRun);
  }
  if (options.stop_at > 0) {
    how.before = [&](const LabProgram& program) {
      debug(project, program, options, how.environment);
    };
  }
  const auto done = run_lab(project, console, options.lab, how);
  if (!done) return protocol::kExitNotJudged;

  const auto& results = done->run.results;
  const auto followed =
      std::find_if(results.tests.begin(), results.tests.end(),
                   [](const TestResult& test) { return test.replay.has_value(); });
  if (followed == results.tests.end()) {
    if (!results.ended && results.started) {
      Printer(project, console)
          .verdict(done->lab, options.lab.variant, done->program, done->run, done->verdict, {});
    } else {
      console.paragraph(why_not(done->program, results, options.schedule));
    }
    return protocol::kExitNotJudged;
  }
  print_replay(project, console, *followed);
  if (!followed->ended) {
    console.paragraph(done->verdict.problem + ".");
    return protocol::kExitNotJudged;
  }
  const auto ending = ending_of_replay(*followed);
  print_ending(console, ending);
  if (!options.without_right_run) add_right_run(project, console, options, *done, *followed);
  return ending.code;
}

Action add_replay(CLI::App& app) {
  auto options = std::make_shared<ReplayOptions>();
  add_lab_options(app, options->lab);
  app.add_option("schedule", options->schedule, "As check printed it")->required();
  app.add_flag("--no-diff", options->without_right_run,
               "Not the right run in its picture, which a room shall not see yet");
  auto* stop_at =
      app.add_option("--stop-at", options->stop_at, "Run in a debugger and stop before this step");
  stop_at->check(CLI::Range(1, 100000));
  app.add_option("--debugger", options->debugger, "gdb or lldb (whichever there is)")
      ->needs(stop_at);
  return [options](Workspace& workspace) { return replay(workspace, *options); };
}

}  // namespace

constexpr Command kReplayCommand = {.name = "replay",
                                    .description = "Run a lab along the schedule of a failure",
                                    .example = "scripts/workshop replay 8 'd80a:1@Arlcparlc'",
                                    .audience = Audience::attendee,
                                    .add = add_replay};

}  // namespace workshop::runner
