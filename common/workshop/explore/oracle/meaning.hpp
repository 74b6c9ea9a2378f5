#pragma once

#include <string_view>

namespace workshop::explore {

/// What the words that a failure begins with mean ("lost effect": "at rest, …"), in one line of at
/// most 90 columns; "" for words that a scenario has chosen itself. The one source of these
/// sentences: every story prints its own.
std::string_view meaning_of(std::string_view failure) noexcept;

}  // namespace workshop::explore
