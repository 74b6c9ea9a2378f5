#pragma once

#include <span>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

extern const Command kAgendaCommand;
extern const Command kCheckCommand;
extern const Command kDoctorCommand;
extern const Command kExpectCommand;
extern const Command kExploreCommand;
extern const Command kGuideCommand;
extern const Command kProveCommand;
extern const Command kListCommand;
extern const Command kMistakesCommand;
extern const Command kNewLabCommand;
extern const Command kNewProjectCommand;
extern const Command kReductionsCommand;
extern const Command kReplayCommand;
extern const Command kSlidesCommand;
extern const Command kVerifyCommand;

/// All commands, in the order in which --help lists them.
std::span<const Command* const> all_commands();

}  // namespace workshop::runner
