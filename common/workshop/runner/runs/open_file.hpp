#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace workshop::runner {

/// The command that opens `file` at `line` (from 1) in the editor of WORKSHOP_EDITOR, else VISUAL,
/// else EDITOR. Knows how the usual ones are told a line; any other one gets the file alone. Throws
/// UserError when none is set.
std::vector<std::string> editor_command(const std::string& editor,
                                        const std::filesystem::path& file, std::size_t line);

/// Which editor the person has chosen; empty: none.
std::string chosen_editor();

/// Shows a page in the browser of the desktop; false when there is no desktop, or nothing that
/// opens pages.
bool open_in_browser(const std::string& page);

}  // namespace workshop::runner
