#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// The schedules that a run tells its reader to replay: those of its failures, and those in the
/// replay commands among its tests' reports.
std::vector<std::string> printed_schedules(const RunResult& run);

/// Replays each of them with the test program `file`, whose runs are kept in `folder`: one sentence
/// for each that the program does not follow to its end, or that no test of it knows.
std::vector<std::string> check_replays(const std::filesystem::path& file,
                                       const std::filesystem::path& folder, const RunResult& run,
                                       const ProgramRunOptions& how);

}  // namespace workshop::runner
