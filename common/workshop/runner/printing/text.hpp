#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace workshop::runner {

/// The lines of `text`, without their ends; a last line that is empty does not count.
std::vector<std::string> lines_of(std::string_view text);

/// `text` without spaces at both ends.
std::string_view trimmed(std::string_view text);

/// How many columns UTF-8 `text` takes: its code points, but for those that set a colour.
std::size_t columns_of(std::string_view text);

/// "1 of 17 tests passes", "3 of 17 tests pass".
std::string passing_of(std::size_t passed, std::size_t all);

/// `text` broken at spaces into lines of at most `width` columns. A path that is longer is broken
/// behind a slash, and a part of it that is longer behind a hyphen; any other word stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `text` with the signs that the kit prints replaced by ASCII ones ("✗" by "x", "→" by "->"), and
/// "?" for any other.
std::string to_ascii(std::string_view text);

/// The file's content, or nothing if it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

}  // namespace workshop::runner
