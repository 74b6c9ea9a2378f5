#pragma once

#include <cstddef>
#include <string>

#include "workshop/explore/story/short_ids.hpp"

namespace workshop::explore {

/// The room that a text has, and what it may lose at last.
struct Room {
  /// What a text loses that is still too wide when all else has been shortened.
  enum class Loses {
    words,      ///< whole ones, the longest first, but no id: so it may be wider than the room
    characters  ///< those in the middle of what stands before or behind the last id that fits
  };
  std::size_t width = 0;       ///< columns
  Loses loses = Loses::words;  ///< at last
  bool ascii = false;          ///< signs that ASCII has not are written in those that it has
};

/// `text` of a story or a diagram in the room that it has, so that no long id can be taken for
/// another: as it is; else with its long ids in short; else with members of its documents counted
/// ("{paid: 0→1, … 3 more}"), the innermost and those that do not change first; else with less of
/// what the room says.
std::string fitted(const std::string& text, const ShortIds& ids, const Room& room);

}  // namespace workshop::explore
