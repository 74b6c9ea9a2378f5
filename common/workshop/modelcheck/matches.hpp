#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workshop::modelcheck {

/// One match of a pattern: its whole text, then its groups.
using Match = std::vector<std::string>;

/// All matches of a regular expression (ECMAScript's) in `text`, in their order. Throws
/// std::regex_error when `pattern` is not one. This wraps std::regex, because each file that
/// includes it takes three seconds to compile.
std::vector<Match> matches(std::string_view text, const std::string& pattern);

/// The first of them, or an empty one.
Match first_match(std::string_view text, const std::string& pattern);

/// `text` with each match replaced by `words`, in which `$1` is the first group.
std::string with_replaced(std::string_view text, const std::string& pattern,
                          const std::string& words);

}  // namespace workshop::modelcheck
