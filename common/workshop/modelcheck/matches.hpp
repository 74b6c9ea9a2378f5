#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace workshop::modelcheck {

/// One place that fits a pattern: the whole text of it, then its groups.
using Match = std::vector<std::string>;

/// The places in `text` that fit a regular expression (ECMAScript's), in their order. Throws
/// std::regex_error when it is none. Here and not std::regex itself, because each file that uses
/// that one takes three seconds to compile.
std::vector<Match> matches(std::string_view text, const std::string& pattern);

/// The first of them, or an empty one.
Match first_match(std::string_view text, const std::string& pattern);

/// `text` with `words` in each of these places; in them, `$1` is the first group.
std::string with_replaced(std::string_view text, const std::string& pattern,
                          const std::string& words);

}  // namespace workshop::modelcheck
