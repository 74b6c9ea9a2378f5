#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/hand_over.hpp"
#include "workshop/runner/watching/watch_session.hpp"

namespace workshop::runner {
namespace {

Action add_watch(CLI::App& app) {
  auto options = std::make_shared<WatchOptions>();
  app.add_option("lab", options->lab.lab, "The lab (the one checked last)");
  app.add_flag("--poll", options->poll, "Look at the files: for folders of a network");
  app.add_option("--checks", options->checks_max, "End after so many checks")
      ->check(CLI::PositiveNumber);
  app.add_option("--timeout", options->lab.timeout_s, "Seconds that the tests may take (60)")
      ->check(CLI::PositiveNumber);
  app.add_option("--preset", options->lab.preset, "The preset to build with (dev)");
  return [options](Workspace& workspace) {
    options->after_verdict = [&workspace](const Lab& lab) {
      tell_joined_board(workspace.project(), workspace.console(), lab);
    };
    return WatchSession(workspace.project(), workspace.console(), *options).run();
  };
}

}  // namespace

constexpr Command kWatchCommand = {
    .name = "watch",
    .description = "Check a lab at every save, and say what has changed",
    .example = "scripts/workshop watch 8",
    .audience = Audience::attendee,
    .add = add_watch};

}  // namespace workshop::runner
