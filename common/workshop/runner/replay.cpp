#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "workshop/runner/commands.hpp"
#include "workshop/runner/pictures.hpp"
#include "workshop/runner/printer.hpp"
#include "workshop/runner/text.hpp"

namespace workshop::runner {
namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

Variables environment(const Console& console, const Builder& builder, const std::string& schedule) {
  Variables variables = {{"COLUMNS", std::to_string(console.style().story_width - 2)},
                         {kPicturesVariable, pictures_folder(builder.folder()).string()},
                         {"WORKSHOP_REPLAY", schedule}};
  if (console.style().ascii) variables.emplace_back("WORKSHOP_ASCII", "1");
  if (console.style().color) variables.emplace_back("WORKSHOP_COLOR", "1");
  return variables;
}

bool is_on_path(const std::string& program) {
  if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(':'), rest.size());
    const auto file = std::string(rest.substr(0, end)) + "/" + program;
    if (::access(file.c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string find_debugger(const std::string& wanted) {
  if (!wanted.empty()) return is_on_path(wanted) ? wanted : std::string();
  for (const char* name : {"gdb", "lldb", "lldb-19", "lldb-18", "lldb-17", "lldb-16"}) {
    if (is_on_path(name)) return name;
  }
  return {};
}

// This program becomes the debugger, which has the terminal to itself.
[[noreturn]] void debug(const Project& project, const LabProgram& program,
                        const ReplayOptions& options, Variables variables) {
  const auto debugger = find_debugger(options.debugger);
  if (debugger.empty()) {
    throw UserError(fmt::format(
        "{} is not there. Install gdb or lldb; or start {} in your editor's debugger with "
        "WORKSHOP_REPLAY='{}' and WORKSHOP_STOP_AT={} in its environment: it stops with SIGTRAP "
        "before that step",
        options.debugger.empty() ? "a debugger" : options.debugger, project.shown(program.file),
        options.schedule, options.stop_at));
  }
  variables.emplace_back("WORKSHOP_STOP_AT", std::to_string(options.stop_at));
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
    if (test.exception && test.exception->starts_with("the schedule has ")) return *test.exception;
  }
  return fmt::format(
      "no test of {} knows the schedule {}; check prints the schedules of its failures",
      program.label, schedule);
}

// The solution is built for the picture, after all that the person waits for has been printed.
void add_right_run(const Lab& lab, const CheckOptions& options, Builder& builder, TestResult test,
                   const std::string& schedule) {
  if (options.variant.solution || lab.solution.empty() || test.picture.empty()) return;
  const auto right = lab_program(lab, {.solution = true}, builder.folder());
  if (!builder.build(right.target, right.label).built) return;
  test.schedule = schedule;
  join_right_run(right, builder.folder(), test);
}

}  // namespace

ReplayEnding ending_of_replay(const TestResult& test) {
  const auto& broken = test.replay_broken;
  if (!test.replay_left.empty()) {
    const auto left = fmt::format(
        "The program left this schedule at {}: it does something else there now, and went its own "
        "way. ",
        test.replay_left);
    if (!broken.empty()) {
      return {left + fmt::format("On that way an invariant breaks: {}.", broken), 1};
    }
    return {
        left +
            "That nothing broke says nothing of the rest of the schedule: check tells whether the "
            "failure is gone.",
        2};
  }
  if (!broken.empty() && test.passed) {
    return {
        fmt::format("On this schedule an invariant breaks: {}. The test passes, because it wants "
                    "this to be found.",
                    broken),
        0};
  }
  if (test.passed) return {"On this schedule the test passes.", 0};
  return {fmt::format("On this schedule the test fails{}.",
                      test.invariant.empty() ? "" : ": " + test.invariant),
          1};
}

int replay(const Project& project, Console& console, const CheckOptions& options,
           const ReplayOptions& replayed) {
  const auto lab = project.lab(options.lab);
  Builder builder(project, options.preset, console);
  Printer printer(project, console);
  const auto program = lab_program(lab, options.variant, builder.folder());

  const auto build = builder.build(program.target, program.label);
  if (!build.built) {
    printer.build_failure(program, build);
    return 2;
  }
  auto variables = environment(console, builder, replayed.schedule);
  if (replayed.stop_at > 0) debug(project, program, replayed, std::move(variables));
  const auto run =
      run_lab_program(program.file, runs_folder(builder.folder()), program.target + ".replay",
                      {.time_max = options.time_max, .environment = std::move(variables)});
  const auto verdict = judge(program.label, run.process, run.results);

  const auto& tests = run.results.tests;
  const auto followed = std::find_if(
      tests.begin(), tests.end(), [](const TestResult& test) { return test.replay.has_value(); });
  if (followed == tests.end()) {
    if (!run.results.ended && run.results.started) {
      printer.verdict(lab, options.variant, program, run, verdict, false);
    } else {
      console.paragraph(why_not(program, run.results, replayed.schedule));
    }
    return 2;
  }
  console.paragraph(followed->name);
  console.line();
  const bool painted = console.style().color && !followed->painted_story.empty();
  for (const auto& line : lines_of(painted ? followed->painted_story : *followed->replay)) {
    console.line("  " + line);
  }
  printer.picture(*followed);
  console.line();
  if (!followed->ended) {
    console.paragraph(verdict.problem + ".");
    return 2;
  }
  const auto ending = ending_of_replay(*followed);
  for (const auto& line : wrapped(ending.text, console.style().width)) {
    console.line(ending.code == 0   ? console.green(line)
                 : ending.code == 1 ? console.red(line)
                                    : console.yellow(line));
  }
  add_right_run(lab, options, builder, *followed, replayed.schedule);
  return ending.code;
}

}  // namespace workshop::runner
