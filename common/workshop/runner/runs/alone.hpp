#pragma once

#include <filesystem>
#include <string_view>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// Whether C++ code has something that outlasts a call without being const: `static` or
/// `thread_local`. What is declared outside of functions without these words is not seen.
bool may_remember(std::string_view code);

/// The same of a lab's files that attendees edit.
bool may_remember(const Lab& lab);

/// Runs the test whose story is told of `run` (`first_failure`) once more, alone in a process of
/// its own, and notes in `TestResult::alone` what came of it if that is something else. Looks no
/// longer than `how` says.
void look_alone(const std::filesystem::path& file, const std::filesystem::path& folder,
                const ProgramRunOptions& how, RunResult& run);

}  // namespace workshop::runner
