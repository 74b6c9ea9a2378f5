#include "workshop/runner/commands/more/more_commands.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace workshop::runner {
namespace {

constexpr std::array kMore = {
    &kAgendaCommand, &kBoardCommand,   &kCompletionCommand, &kEnginesCommand, &kGuideCommand,
    &kHandCommand,   &kInspectCommand, &kJoinCommand,       &kLeaveCommand,   &kMistakesCommand,
    &kMobCommand,    &kNewLabCommand,  &kNewProjectCommand, &kPlayCommand,    &kReductionsCommand,
    &kReportCommand, &kShopCommand,    &kSlidesCommand};

/// The command with code, for one that may only be words.
const Command* with_code(const Command* command) {
  const auto found = std::ranges::find(kMore, command->name, &Command::name);
  return found == kMore.end() ? command : *found;
}

}  // namespace

std::span<const Command* const> all_commands() {
  static const auto kAll = [] {
    std::vector<const Command*> all;
    for (const auto* command : commands_and_words()) all.push_back(with_code(command));
    return all;
  }();
  return kAll;
}

}  // namespace workshop::runner
