#include "workshop/runner/commands/more/inspect_resemblance.hpp"

#include <fmt/core.h>

#include <fstream>

#include "workshop/process/environment.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/board/resemblance.hpp"
#include "workshop/runner/mistakes/known_failures.hpp"

namespace workshop::runner {
namespace {

// Of those that are named: caught by the same test as the same, and of one kind, at one place.
constexpr int kCaughtAsOnePercent = 90;
constexpr int kSameKindPercent = 75;
constexpr std::size_t kStalePercentMax = 10;

/// How many entries of `told` are not, or not so, in `found`.
std::size_t stale(const std::map<std::string, std::string>& told,
                  const std::map<std::string, std::string>& found) {
  std::size_t count = 0;
  for (const auto& [name, shape] : found) {
    const auto known = told.find(name);
    if (known == told.end() || known->second != shape) ++count;
  }
  return count;
}

/// Compares each lab's executions.txt with the results of this build folder, or writes it; whether
/// nearly all of it is so.
bool compare_failures(const Project& project, Console& console, const std::string& preset) {
  std::size_t all = 0;
  std::size_t old = 0;
  for (const auto& lab : project.labs()) {
    auto found = failures_in(lab, project.build_folder(preset));
    if (!process::environment("WORKSHOP_UPDATE_EXECUTIONS").empty()) {
      const auto before = read_known_failures(lab);  // what has not been run here stays as it is
      if (found.skeleton.empty()) found.skeleton = before.skeleton;
      if (found.mistakes.empty()) found.mistakes = before.mistakes;
      std::ofstream(known_failures_file(lab)) << to_text(found);
    }
    const auto told = read_known_failures(lab);
    all += found.skeleton.size() + found.mistakes.size();
    old += stale(told.skeleton, found.skeleton) + stale(told.mistakes, found.mistakes);
  }
  console.line(fmt::format("executions.txt: {} of {} failures are not as it says", old, all));
  return 100 * old <= kStalePercentMax * all;
}

}  // namespace

int inspect_resemblance(Workspace& workspace, const std::string& preset) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  std::size_t all = 0;
  std::size_t stored = 0;
  int named = 0;
  int caught = 0;
  int same = 0;
  for (const auto& lab : project.labs()) {
    const Resemblance others(known_mistakes(lab, project.build_folder(preset)));
    stored += lab.mistakes().size();
    all += others.known().size();
    int named_here = 0;
    int caught_here = 0;
    int same_here = 0;
    for (const auto& mistake : others.known()) {
      const auto found = others.nearest(mistake.tests, mistake.name);
      if (!found) continue;
      ++named_here;
      if (are_caught_as_one(*found->mistake, mistake)) ++caught_here;
      if (are_of_one_kind(*found->mistake, mistake)) ++same_here;
    }
    console.line(fmt::format(
        "lab {}: {} mistakes, {} named, {} caught by the same test as the same, {} of one kind",
        lab.padded_number(), others.known().size(), named_here, caught_here, same_here));
    named += named_here;
    caught += caught_here;
    same += same_here;
  }
  if (all * 10 < stored * 9) {
    console.line(
        fmt::format("skipped: {} of {} mistakes have been run in build/{}", all, stored, preset));
    return protocol::kExitGood;
  }
  console.line(
      fmt::format("{} of {} named, {} of these caught by the same test as the same, {} of one kind",
                  named, all, caught, same));
  const bool fresh = compare_failures(project, console, preset);
  const bool right =
      100 * caught >= kCaughtAsOnePercent * named && 100 * same >= kSameKindPercent * named;
  return fresh && right ? protocol::kExitGood : protocol::kExitRed;
}

}  // namespace workshop::runner
