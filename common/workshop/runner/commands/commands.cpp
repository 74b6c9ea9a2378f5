#include "workshop/runner/commands/commands.hpp"

#include <array>

namespace workshop::runner {

std::span<const Command* const> all_commands() {
  static constexpr std::array kAll = {
      &kCheckCommand,  &kReplayCommand,     &kExploreCommand, &kProveCommand,  &kListCommand,
      &kAgendaCommand, &kDoctorCommand,     &kVerifyCommand,  &kSlidesCommand, &kMistakesCommand,
      &kNewLabCommand, &kReductionsCommand, &kExpectCommand};
  return kAll;
}

}  // namespace workshop::runner
