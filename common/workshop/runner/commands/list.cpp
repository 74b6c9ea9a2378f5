#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <memory>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/progress/standing_json.hpp"

namespace workshop::runner {
namespace {

std::string minutes_of(const Progress& progress, const Lab& lab) {
  const auto* proof = progress.proof_of(lab);
  const auto* said = proof != nullptr && proof->holds     ? ", proved"
                     : no_of_prove(progress, lab).empty() ? ""
                     : proof != nullptr                   ? ", prove says no"
                                                          : ", prove said no before";
  return fmt::format("{:>2} min{}", lab.minutes(), said);
}

int list(Workspace& workspace, bool as_json) {
  auto& console = workspace.console();
  const auto labs = workspace.project().labs();
  if (labs.empty()) {
    console.line("labs/ holds no lab");
    return protocol::kExitNotJudged;
  }
  const auto progress = Progress::load(workspace.project());
  if (as_json) {
    console.line(list_json(workspace.project(), labs, progress));
  } else {
    print_labs(console, progress, labs, minutes_of);
  }
  return protocol::kExitGood;
}

Action add_list(CLI::App& app) {
  auto as_json = std::make_shared<bool>(false);
  app.add_flag("--json", *as_json, "As JSON (docs/json.md)");
  return [as_json](Workspace& workspace) { return list(workspace, *as_json); };
}

}  // namespace

constexpr Command kListCommand = {
    .name = "list",
    .description = "List the labs: ✓ solved, ~ changed since, ► to do",
    .example = "scripts/workshop list",
    .audience = Audience::attendee,
    .add = add_list};

}  // namespace workshop::runner
