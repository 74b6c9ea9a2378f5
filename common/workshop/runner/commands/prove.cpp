#include <CLI/CLI.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/lab_options.hpp"
#include "workshop/runner/proving/prove_lab.hpp"

namespace workshop::runner {
namespace {

Action add_prove(CLI::App& app) {
  auto options = std::make_shared<ProveOptions>();
  add_lab_options(app, options->lab);
  app.add_option("--time", options->time_s, "Seconds for all that goes beyond the tests (45)")
      ->check(CLI::PositiveNumber);
  app.add_flag("--all", options->all, "Every exploration of a test, also where there are many");
  return [options](Workspace& workspace) {
    const auto done = prove_lab(workspace.project(), workspace.console(), *options);
    return done ? done->code : protocol::kExitNotJudged;
  };
}

}  // namespace

constexpr Command kProveCommand = {
    .name = "prove",
    .description = "After green: harder situations and wider bounds, a minute",
    .example = "scripts/workshop prove 8",
    .audience = Audience::attendee,
    .add = add_prove};

}  // namespace workshop::runner
