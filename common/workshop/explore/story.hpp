#pragma once

#include <cstddef>
#include <string>

#include "workshop/explore/trace.hpp"

namespace workshop::explore {

/// How a story is printed.
struct StoryOptions {
  std::size_t width = 100;     ///< columns of the terminal
  std::size_t lines_max = 15;  ///< steps that matter least are left out to keep to it
  bool ascii = false;          ///< no character beyond ASCII
  bool color = false;          ///< with a terminal's escape sequences: faults red, what decides bold
  bool replayed = false;       ///< it follows a schedule, and says where the schedule ended
  std::string replay_command;  ///< printed before the schedule, such as "scripts/workshop replay 8"
};

/// An execution as text: the broken invariant, expected and got, one column per process that took
/// part, the deciding step marked, the replay command. At most `lines_max` lines, none longer than
/// `width` but the replay command, which must stay whole. No newline at the end.
std::string story_of(const Trace& trace, const StoryOptions& options);

/// `text` cut in the middle to at most `width` columns (UTF-8 aware).
std::string cut_middle(const std::string& text, std::size_t width, bool ascii);

}  // namespace workshop::explore
