#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace workshop::explore {

/// `text` without the blanks around it.
std::string trimmed(std::string text);

/// `text` in lines of at most `columns` characters, broken at blanks; a longer word is cut in two.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns);

}  // namespace workshop::explore
