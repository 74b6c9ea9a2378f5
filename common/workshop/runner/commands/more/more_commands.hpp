#pragma once

#include <span>

#include "workshop/runner/commands/commands.hpp"
#include "workshop/runner/commands/more_words.hpp"

namespace workshop::runner {

extern const Command kAgendaCommand;
extern const Command kBoardCommand;
extern const Command kCompletionCommand;
extern const Command kEnginesCommand;
extern const Command kGuideCommand;
extern const Command kHandCommand;
extern const Command kInspectCommand;
extern const Command kJoinCommand;
extern const Command kLeaveCommand;
extern const Command kMistakesCommand;
extern const Command kMobCommand;
extern const Command kNewLabCommand;
extern const Command kNewProjectCommand;
extern const Command kPlayCommand;
extern const Command kReductionsCommand;
extern const Command kReportCommand;
extern const Command kShopCommand;
extern const Command kSlidesCommand;

/// All commands, with the code of each, in the order of commands_and_words().
std::span<const Command* const> all_commands();

}  // namespace workshop::runner
