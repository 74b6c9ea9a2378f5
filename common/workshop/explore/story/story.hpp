#pragma once

#include <cstddef>
#include <string>

#include "workshop/explore/story/trace.hpp"
#include "workshop/explore/world/words.hpp"

namespace workshop::explore {

/// How a story is printed.
struct StoryOptions {
  std::size_t width = 100;  ///< columns of the terminal
  /// Lines for steps: those that matter least are left out to keep to it. The verdict, the names of
  /// the processes and the replay command come besides.
  std::size_t lines_max = 15;
  bool ascii = false;     ///< no character beyond ASCII
  bool color = false;     ///< with a terminal's escape sequences: faults red, what decides bold
  bool replayed = false;  ///< it follows a schedule, and says where the schedule ended
  std::string replay_command;  ///< printed before the schedule, such as "scripts/workshop replay 8"
};

/// An execution as text: the broken invariant and what its name means, expected and got, one column per process that took
/// part, the deciding step marked, the replay command. At most `lines_max` lines of steps, no line
/// longer than `width` but the replay command, which must stay whole. No newline at the end.
///
/// When steps have to go, first those that say least: time that passes, acknowledgements, loads
/// that read what was read before; last the deciding step, faults, the first and the last step of
/// each process, and steps about a message or a document that the verdict names, or that write what
/// it quotes.
std::string story_of(const Trace& trace, const StoryOptions& options);

}  // namespace workshop::explore
