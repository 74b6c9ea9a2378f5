#pragma once

#include <string>

#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

/// The verdict on a run for programs, in one line; docs/json.md says what is in it.
std::string check_json(const Project& project, const LabRun& done);

/// What its explorations came to, likewise.
std::string explore_json(const Project& project, const LabRun& done);

/// A build that failed, likewise: no verdict.
std::string build_failure_json(const Project& project, const Lab& lab, const LabProgram& program,
                               const BuildResult& build);

}  // namespace workshop::runner
