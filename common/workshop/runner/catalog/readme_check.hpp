#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// Compares the list of tests under "## What green looks like" of a lab's README with what `check`
/// prints of this run, so that no figure there grows old. A line "…" stands for any number of
/// lines. Returns sentences, one for each line that differs; none: it is as printed.
std::vector<std::string> differences_from_readme(std::string_view readme, const RunResult& run);

/// `readme` with that list as the run has it. One that leaves tests out ("…") keeps its lines, and
/// gets only the figures under its tests.
std::string renewed_readme(std::string_view readme, const RunResult& run);

/// Checks the file, or writes it anew if the environment has WORKSHOP_UPDATE_READMES. Throws
/// UserError if it cannot be read.
std::vector<std::string> check_readme(const std::filesystem::path& file, const RunResult& run);

}  // namespace workshop::runner
