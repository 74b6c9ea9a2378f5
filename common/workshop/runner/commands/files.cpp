#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/hints.hpp"
#include "workshop/runner/printing/solution.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/runs/open_file.hpp"

namespace workshop::runner {
namespace {

struct FileOptions {
  std::string lab;
  bool yes = false;
  int step = 0;  ///< of catch-up: the last that is to be solved; 0: all
};

Lab lab_of(Workspace& workspace, const FileOptions& options) {
  return options.lab.empty() ? current_lab(workspace.project())
                             : workspace.project().lab(options.lab);
}

/// Asks on the terminal. Where there is none, whoever calls has to say it beforehand.
bool agreed(Console& console, const FileOptions& options, const std::string& question) {
  if (options.yes) return true;
  if (::isatty(STDIN_FILENO) == 0) {
    throw UserError(question + " Say so with --yes: there is no terminal to ask on");
  }
  console.line(question + " y/n");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int open(Workspace& workspace, const FileOptions& options) {
  const auto lab = lab_of(workspace, options);
  const auto& project = workspace.project();
  if (lab.sources.empty()) throw UserError("this lab has no file to edit");
  const auto& file = lab.sources.front();
  const auto* state = Progress::load(project).find(lab.number);
  const int step = state == nullptr ? 0 : red_step(*state);
  auto line = find_todo(file, step);
  if (!line) line = find_todo(file, 0);
  const auto editor = chosen_editor();
  if (editor.empty()) {
    throw UserError(fmt::format(
        "no editor is chosen: export EDITOR=…, such as \"code\" or vim; the file is {}:{}",
        project.shown(file), line.value_or(1)));
  }
  auto command = editor_command(editor, file, line.value_or(1));
  std::vector<char*> arguments;
  for (auto& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());  // the editor has the terminal to itself
  throw UserError(fmt::format("the editor {} cannot be started: {}", editor, std::strerror(errno)));
}

int reset(Workspace& workspace, const FileOptions& options) {
  const auto& project = workspace.project();
  const auto lab = lab_of(workspace, options);
  skeleton_of(project, lab);  // before anybody is asked
  auto& console = workspace.console();
  if (!agreed(console, options,
              fmt::format("Put {} back as it was at the start? A copy is kept.",
                          project.shown(lab.sources.front())))) {
    console.line("It stays as it is.");
    return protocol::kExitRed;
  }
  const auto begun = begin_anew(project, lab);
  console.line(begun.in_words(project, lab));
  if (!begun.copy.empty()) console.labelled("Yours: ", project.shown(begun.copy));
  return protocol::kExitGood;
}

int solution(Workspace& workspace, const FileOptions& options) {
  const auto& project = workspace.project();
  const auto lab = lab_of(workspace, options);
  auto& console = workspace.console();
  const bool solved = Progress::load(project).standing(lab) == Standing::solved;
  if (!solved && !lab.solution.empty() &&
      !agreed(console, options,
              fmt::format("Lab {} is not green here yet. See its solution all the same?",
                          lab.padded_number()))) {
    console.line("Not yet.");
    return protocol::kExitRed;
  }
  print_solution(console, project, lab);
  return protocol::kExitGood;
}

int catch_up(Workspace& workspace, const FileOptions& options) {
  const auto& project = workspace.project();
  const auto lab = lab_of(workspace, options);
  const int step = options.step == 0 ? steps_of(lab) : options.step;
  const auto reference = reference_of(project, lab, step);
  auto& console = workspace.console();
  if (!agreed(console, options,
              fmt::format("Put the reference up to step {} in place of {}? A copy is kept.", step,
                          project.shown(lab.sources.front())))) {
    console.line("It stays as it is.");
    return protocol::kExitRed;
  }
  const auto copy = put_in_place(project, lab, reference);
  console.line(fmt::format("{} solves {}.", project.shown(lab.sources.front()),
                           step == 1 ? std::string("step 1") : fmt::format("steps 1 to {}", step)));
  if (!copy.empty()) console.labelled("Yours: ", project.shown(copy));
  return protocol::kExitGood;
}

template <int (*Act)(Workspace&, const FileOptions&)>
Action add_file_command(CLI::App& app) {
  auto options = std::make_shared<FileOptions>();
  app.add_option("lab", options->lab, "The lab (the one checked last)");
  if constexpr (Act == catch_up) {
    app.add_option("--step", options->step, "Only the steps up to this one (all)")
        ->check(CLI::PositiveNumber);
  }
  if constexpr (Act != open) app.add_flag("--yes", options->yes, "Do not ask");
  return [options](Workspace& workspace) { return Act(workspace, *options); };
}

}  // namespace

constexpr Command kOpenCommand = {.name = "open",
                                  .description = "Open a lab's file in your editor, at its TODO",
                                  .example = "scripts/workshop open 8",
                                  .audience = Audience::attendee,
                                  .add = add_file_command<open>};

constexpr Command kResetCommand = {
    .name = "reset",
    .description = "Put a lab's file back, and its hints; keeps a copy of yours",
    .example = "scripts/workshop reset 8",
    .audience = Audience::attendee,
    .add = add_file_command<reset>};

constexpr Command kCatchUpCommand = {
    .name = "catch-up",
    .description = "The reference in place of your file, up to a step; keeps a copy",
    .example = "scripts/workshop catch-up 8 --step 1",
    .audience = Audience::attendee,
    .add = add_file_command<catch_up>};

constexpr Command kSolutionCommand = {.name = "solution",
                                      .description = "How the solution differs from your file",
                                      .example = "scripts/workshop solution 8",
                                      .audience = Audience::attendee,
                                      .add = add_file_command<solution>};

}  // namespace workshop::runner
