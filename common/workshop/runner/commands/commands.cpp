#include "workshop/runner/commands/commands.hpp"

#include <array>

#include "workshop/runner/commands/more_words.hpp"

namespace workshop::runner {

std::span<const Command* const> commands_and_words() {
  static constexpr std::array kAll = {
      &kStatusCommand,   &kNextCommand,     &kListCommand,   &kOpenCommand,     &kWatchCommand,
      &kCheckCommand,    &kHintCommand,     &kReplayCommand, &kPlayWords,       &kExploreCommand,
      &kProveCommand,    &kSolutionCommand, &kResetCommand,  &kCatchUpCommand,  &kJoinWords,
      &kLeaveWords,      &kHandWords,       &kReportWords,   &kNewProjectWords, &kEnginesWords,
      &kShopWords,       &kDoctorCommand,   &kMobWords,      &kBoardWords,      &kAgendaWords,
      &kVerifyCommand,   &kSlidesWords,     &kGuideWords,    &kMistakesWords,   &kNewLabWords,
      &kReductionsWords, &kCompletionWords, &kExpectCommand, &kInspectWords};
  return kAll;
}

}  // namespace workshop::runner
