#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/runner/commands/more/more_commands.hpp"
#include "workshop/runner/mob/mob_page.hpp"
#include "workshop/runner/runs/open_file.hpp"
#include "workshop/runner/watching/watch_session.hpp"

namespace workshop::runner {
namespace {

struct MobOptions {
  WatchOptions watch;
  MobPageOptions page;
  double turn_minutes = 5;
  double every_minutes = 45;
  double break_minutes = 10;
  bool no_open = false;
};

std::chrono::seconds seconds_of(double minutes) {
  return std::chrono::seconds(static_cast<std::int64_t>(minutes * 60 + 0.5));
}

int mob(Workspace& workspace, MobOptions options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  if (options.page.names.size() > MobClock::kPeopleMax) {
    throw UserError("a mob has at most 16 people; two mobs learn more");
  }
  options.page.settings = {seconds_of(options.turn_minutes), seconds_of(options.every_minutes),
                           seconds_of(options.break_minutes)};
  options.page.preset = options.watch.lab.preset;
  project.lab(options.watch.lab.lab);  // before anything opens
  RemoteKeys keys;
  MobPage page(project, keys, options.page);
  options.watch.listener = &page;
  options.watch.remote_keys = &keys;
  WatchSession session(project, console, options.watch);
  const auto url = page.url();
  const bool opened = !options.no_open && open_in_browser(url);
  console.line((opened ? "The mob's page, opened: " : "The mob's page: ") + url);
  console.line("Enter on the page begins the first turn; ? there shows its keys.");
  console.paragraph("Show the room the page, not this window: it tells how a failure ends.");
  return session.run();
}

Action add_mob(CLI::App& app) {
  auto options = std::make_shared<MobOptions>();
  const auto minutes = CLI::Range(1.0 / 60, 24.0 * 60);
  app.add_option("lab", options->watch.lab.lab, "The lab")->required();
  app.add_option("names", options->page.names, "Who is here, in the order of driving");
  app.add_option("--turn", options->turn_minutes, "Minutes of a turn (5)")->check(minutes);
  app.add_option("--every", options->every_minutes, "Minutes between breaks (45)")->check(minutes);
  app.add_option("--break", options->break_minutes, "Minutes of a break (10)")->check(minutes);
  app.add_option("--port", options->page.port, "The page's port (any free one)");
  app.add_flag("--no-open", options->no_open, "Print the page's address, and open no browser");
  app.add_flag("--poll", options->watch.poll, "Look at the files: for folders of a network");
  app.add_option("--checks", options->watch.checks_max, "End after so many checks")
      ->check(CLI::PositiveNumber);
  app.add_option("--timeout", options->watch.lab.timeout_s, "Seconds that the tests may take (60)")
      ->check(CLI::PositiveNumber);
  app.add_option("--preset", options->watch.lab.preset, "The preset to build with (dev)");
  return [options](Workspace& workspace) { return mob(workspace, *options); };
}

}  // namespace

constexpr Command kMobCommand = kMobWords.done_by(add_mob);

}  // namespace workshop::runner
