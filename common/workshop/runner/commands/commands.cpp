#include "workshop/runner/commands/commands.hpp"

#include <array>

namespace workshop::runner {

std::span<const Command* const> all_commands() {
  static constexpr std::array kAll = {&kCheckCommand,  &kReplayCommand,     &kExploreCommand,
                                      &kProveCommand,  &kListCommand,       &kNewProjectCommand,
                                      &kAgendaCommand, &kDoctorCommand,     &kVerifyCommand,
                                      &kSlidesCommand, &kGuideCommand,      &kMistakesCommand,
                                      &kNewLabCommand, &kReductionsCommand, &kExpectCommand};
  return kAll;
}

}  // namespace workshop::runner
