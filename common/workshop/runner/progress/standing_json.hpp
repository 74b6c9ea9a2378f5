#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// "open", "begun", "solved" or "changed".
std::string_view name_of(Standing standing);

/// The labs for programs, in one line; docs/json.md says what is in it.
std::string list_json(const Project& project, const std::vector<Lab>& labs,
                      const Progress& progress);

/// All of the progress, which Progress::from_json reads again, with what follows from it.
std::string status_json(const Project& project, const std::vector<Lab>& labs,
                        const Progress& progress);

}  // namespace workshop::runner
