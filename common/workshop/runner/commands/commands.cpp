#include "workshop/runner/commands/commands.hpp"

#include <array>

namespace workshop::runner {

std::span<const Command* const> all_commands() {
  static constexpr std::array kAll = {
      &kStatusCommand, &kNextCommand,     &kListCommand,   &kOpenCommand,       &kWatchCommand,
      &kCheckCommand,  &kHintCommand,     &kReplayCommand, &kPlayCommand,       &kExploreCommand,
      &kProveCommand,  &kSolutionCommand, &kResetCommand,  &kCatchUpCommand,    &kNewProjectCommand,
      &kDoctorCommand, &kMobCommand,      &kAgendaCommand, &kVerifyCommand,     &kSlidesCommand,
      &kGuideCommand,  &kMistakesCommand, &kNewLabCommand, &kReductionsCommand, &kCompletionCommand,
      &kExpectCommand};
  return kAll;
}

}  // namespace workshop::runner
