#pragma once

#include <cstddef>
#include <string>

#include "workshop/explore/story/short_ids.hpp"

namespace workshop::explore {

/// `text` of a diagram in at most `width` columns, of which no word is cut and no id can be taken
/// for another: as it is; else with its long ids in short; else with members of its documents
/// counted ("{paid: 0→1, … 3 more}"), the innermost and those that do not change first; else with
/// whole words left out, the longest first. An id stays, so it may be wider than `width`.
std::string fitted_by_words(const std::string& text, std::size_t width, const ShortIds& ids);

}  // namespace workshop::explore
