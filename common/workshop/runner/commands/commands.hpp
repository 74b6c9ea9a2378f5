#pragma once

#include <span>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

extern const Command kAgendaCommand;
extern const Command kBoardCommand;
extern const Command kCatchUpCommand;
extern const Command kCheckCommand;
extern const Command kCompletionCommand;
extern const Command kDoctorCommand;
extern const Command kEnginesCommand;
extern const Command kExpectCommand;
extern const Command kExploreCommand;
extern const Command kGuideCommand;
extern const Command kHandCommand;
extern const Command kHintCommand;
extern const Command kJoinCommand;
extern const Command kLeaveCommand;
extern const Command kPlayCommand;
extern const Command kProveCommand;
extern const Command kListCommand;
extern const Command kMistakesCommand;
extern const Command kMobCommand;
extern const Command kNewLabCommand;
extern const Command kNewProjectCommand;
extern const Command kNextCommand;
extern const Command kOpenCommand;
extern const Command kReductionsCommand;
extern const Command kReplayCommand;
extern const Command kReportCommand;
extern const Command kResetCommand;
extern const Command kSlidesCommand;
extern const Command kSolutionCommand;
extern const Command kStatusCommand;
extern const Command kVerifyCommand;
extern const Command kWatchCommand;

/// All commands, in the order in which --help lists them. The first one runs when the program is
/// started without words.
std::span<const Command* const> all_commands();

}  // namespace workshop::runner
