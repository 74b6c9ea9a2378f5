#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/printing/text.hpp"
#include "workshop/runner/progress/own_file.hpp"
#include "workshop/runner/progress/standing_json.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {
namespace {

struct StatusOptions {
  bool as_json = false;
  bool again = false;
  std::string take;  ///< a file that another machine's `status --json` wrote, or -
  std::string preset = "dev";
};

void take_progress(const Project& project, const std::string& name) {
  std::optional<std::string> text;
  if (name == "-") {
    text = std::string(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    text = read_file(name);
  }
  if (!text) throw UserError(name + " cannot be read");
  try {
    Progress::from_json(*text).save(project);
  } catch (const UserError& error) {
    throw UserError(fmt::format("{}: {}", name, error.what()));
  }
}

/// Asks the tests of every lab; the hints that were taken stay.
void check_all(const Project& project, Console& console, const std::string& preset) {
  auto progress = Progress::load(project);
  for (const auto& lab : project.labs()) {
    const auto digest = digest_of(lab);
    LabOptions options;
    options.lab = lab.padded_number();
    options.preset = preset;
    const auto done = run_lab(project, console, options, {});
    if (!done) continue;
    progress.record(lab, digest, done->run.results);
    progress.save(project);
    console.line(fmt::format("{} {}  {}", tick_of(console, progress, lab), lab.padded_number(),
                             standing_in_words(progress, lab)));
  }
  console.line();
}

int status(Workspace& workspace, const StatusOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  if (!options.take.empty()) take_progress(project, options.take);
  if (options.again) check_all(project, console, options.preset);
  const auto labs = project.labs();
  const auto progress = Progress::load(project);
  if (options.as_json) {
    console.line(status_json(project, labs, progress));
    return protocol::kExitGood;
  }
  const auto solved = std::count_if(labs.begin(), labs.end(), [&](const Lab& lab) {
    return progress.standing(lab) == Standing::solved && !is_refused(progress, lab);
  });
  const auto* current = current_lab(labs, progress);
  console.line(console.bold(
      current == nullptr
          ? fmt::format("{} of {} {} solved", solved, protocol::counted(labs.size(), "lab"),
                        solved == 1 || labs.size() == 1 ? "is" : "are")
          : fmt::format("You are at lab {}, {}: {}", current->padded_number(), current->title,
                        standing_in_words(progress, *current))));
  console.line();
  print_labs(console, progress, labs, standing_in_words);
  print_signs(console, progress, labs);
  console.line();
  const auto* next = next_lab(labs, progress);
  print_next(console, project, next, progress);
  print_why_next(console, labs, progress, next);
  const auto copy = current == nullptr ? std::filesystem::path() : last_copy_of(project, *current);
  if (!copy.empty()) {
    console.labelled("Kept:  ",
                     fmt::format("lab {}'s file before it was put back or caught up last: {}",
                                 current->padded_number(), project.shown(copy)));
  }
  return protocol::kExitGood;
}

Action add_status(CLI::App& app) {
  auto options = std::make_shared<StatusOptions>();
  auto* json = app.add_flag("--json", options->as_json, "All of it as JSON (docs/json.md)");
  auto* again = app.add_flag("--again", options->again, "Ask the tests of every lab again");
  again->excludes(json);
  app.add_option("--preset", options->preset, "The preset to build with (dev)")->needs(again);
  app.add_option("--take", options->take,
                 "Go on from what `status --json` printed on another machine: a file, or -")
      ->type_name("FILE");
  return [options](Workspace& workspace) { return status(workspace, *options); };
}

int next(Workspace& workspace) {
  const auto labs = workspace.project().labs();
  const auto progress = Progress::load(workspace.project());
  const auto* next = next_lab(labs, progress);
  print_next(workspace.console(), workspace.project(), next, progress);
  print_why_next(workspace.console(), labs, progress, next);
  return protocol::kExitGood;
}

Action add_next(CLI::App& /*app*/) { return next; }

}  // namespace

constexpr Command kStatusCommand = {.name = "status",
                                    .description = "Where you are, lab by lab, and what is next",
                                    .example = "scripts/workshop status",
                                    .audience = Audience::attendee,
                                    .add = add_status};

constexpr Command kNextCommand = {.name = "next",
                                  .description = "Name the next lab and its page",
                                  .example = "scripts/workshop next",
                                  .audience = Audience::attendee,
                                  .add = add_next};

}  // namespace workshop::runner
