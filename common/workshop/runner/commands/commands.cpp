#include "workshop/runner/commands/commands.hpp"

#include <array>

namespace workshop::runner {

std::span<const Command* const> all_commands() {
  static constexpr std::array kAll = {
      &kStatusCommand, &kNextCommand,       &kListCommand,       &kOpenCommand,
      &kWatchCommand,  &kCheckCommand,      &kHintCommand,       &kReplayCommand,
      &kPlayCommand,   &kExploreCommand,    &kProveCommand,      &kSolutionCommand,
      &kResetCommand,  &kCatchUpCommand,    &kJoinCommand,       &kLeaveCommand,
      &kHandCommand,   &kReportCommand,     &kNewProjectCommand, &kEnginesCommand,
      &kDoctorCommand, &kMobCommand,        &kBoardCommand,      &kAgendaCommand,
      &kVerifyCommand, &kSlidesCommand,     &kGuideCommand,      &kMistakesCommand,
      &kNewLabCommand, &kReductionsCommand, &kCompletionCommand, &kExpectCommand};
  return kAll;
}

}  // namespace workshop::runner
