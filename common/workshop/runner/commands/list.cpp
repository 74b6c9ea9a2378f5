#include <fmt/core.h>

#include <algorithm>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

int list(Workspace& workspace) {
  auto& console = workspace.console();
  const auto labs = workspace.project().labs();
  if (labs.empty()) {
    console.line("labs/ holds no lab");
    return protocol::kExitNotJudged;
  }
  std::size_t width = 0;
  for (const auto& lab : labs) width = std::max(width, columns_of(lab.title));
  for (const auto& lab : labs) {
    const std::string gap(width - columns_of(lab.title), ' ');
    const auto minutes = fmt::format("{}  {:>2} min", gap, lab.minutes());
    console.line(fmt::format("{}  {}{}", lab.padded_number(), lab.title, minutes));
  }
  return protocol::kExitGood;
}

Action add_list(CLI::App& /*app*/) { return list; }

}  // namespace

constexpr Command kListCommand = {.name = "list",
                                  .description = "List the labs",
                                  .example = "scripts/workshop list",
                                  .audience = Audience::attendee,
                                  .add = add_list};

}  // namespace workshop::runner
