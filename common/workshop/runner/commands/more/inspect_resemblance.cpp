#include "workshop/runner/commands/more/inspect_resemblance.hpp"

#include <fmt/core.h>

#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/board/resemblance.hpp"

namespace workshop::runner {
namespace {

constexpr int kSameKindPercent = 70;

}  // namespace

int inspect_resemblance(Workspace& workspace, const std::string& preset) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  std::size_t all = 0;
  std::size_t stored = 0;
  int named = 0;
  int same = 0;
  for (const auto& lab : project.labs()) {
    const Resemblance others(known_mistakes(lab, project.build_folder(preset)));
    stored += lab.mistakes().size();
    all += others.known().size();
    int named_here = 0;
    int same_here = 0;
    for (const auto& mistake : others.known()) {
      const auto found = others.nearest(mistake.tests, mistake.name);
      if (!found) continue;
      ++named_here;
      const auto& header = found->mistake->header;
      if (header.caught_by == mistake.header.caught_by && header.as == mistake.header.as) {
        ++same_here;
      }
    }
    console.line(fmt::format("lab {}: {} mistakes, {} named, {} of the same kind",
                             lab.padded_number(), others.known().size(), named_here, same_here));
    named += named_here;
    same += same_here;
  }
  if (all * 10 < stored * 9) {
    console.line(
        fmt::format("skipped: {} of {} mistakes have been run in build/{}", all, stored, preset));
    return protocol::kExitGood;
  }
  console.line(fmt::format("{} of {} named, {} of these of the same kind", named, all, same));
  return 100 * same >= kSameKindPercent * named ? protocol::kExitGood : protocol::kExitRed;
}

}  // namespace workshop::runner
