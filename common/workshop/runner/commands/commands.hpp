#pragma once

#include <span>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

// The commands of the program `workshop`, which a first `check` builds. Those that serve pages, and
// those for instructors and maintainers, are in `workshop-more` (more/), built when one of them is
// first asked for.

extern const Command kCatchUpCommand;
extern const Command kCheckCommand;
extern const Command kDoctorCommand;
extern const Command kExpectCommand;
extern const Command kExploreCommand;
extern const Command kHintCommand;
extern const Command kListCommand;
extern const Command kNextCommand;
extern const Command kOpenCommand;
extern const Command kProveCommand;
extern const Command kReplayCommand;
extern const Command kResetCommand;
extern const Command kSolutionCommand;
extern const Command kStatusCommand;
extern const Command kVerifyCommand;
extern const Command kWatchCommand;

/// All commands, in the order in which --help lists them; of those in `workshop-more` the words
/// alone (more_words.hpp). The first one runs when the program is started without words.
std::span<const Command* const> commands_and_words();

}  // namespace workshop::runner
