#include <fmt/core.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/hints.hpp"

namespace workshop::runner {
namespace {

struct HintOptions {
  std::string lab;
  int step = 0;
  bool taken = false;
};

int hint(Workspace& workspace, const HintOptions& options) {
  const auto& project = workspace.project();
  const auto lab = options.lab.empty() ? current_lab(project) : project.lab(options.lab);
  auto& console = workspace.console();
  if (options.taken) {
    print_taken_hints(console, project, lab);
    return protocol::kExitGood;
  }
  return give_hint(console, project, lab, options.step) ? protocol::kExitGood : protocol::kExitRed;
}

Action add_hint(CLI::App& app) {
  auto options = std::make_shared<HintOptions>();
  app.add_option("lab", options->lab, "The lab (the one checked last)");
  app.add_option("--step", options->step, "The step (the one that is red)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--taken", options->taken, "Those that were taken, once more");
  return [options](Workspace& workspace) { return hint(workspace, *options); };
}

}  // namespace

constexpr Command kHintCommand = {
    .name = "hint",
    .description = "The next hint, chosen by how the lab fails; one at a time",
    .example = "scripts/workshop hint 8",
    .audience = Audience::attendee,
    .add = add_hint};

}  // namespace workshop::runner
