#pragma once

#include <cstdint>
#include <filesystem>

#include "workshop/runner/commands/command.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

struct AsTraceOptions {
  std::filesystem::path folder;  ///< where to; empty: in the build folder
  std::uint64_t executions_count = 1'000;
  std::uint64_t seed = 1;
};

/// What `explore --as-trace` does. Builds a lab with the scenario of its specification, writes
/// executions of it, drawn at random, as a trace in TLA+, and tells how to check it; where TLC is,
/// whether they are behaviours of the specification. Throws UserError for a lab without one.
/// Returns protocol::kExitGood when they are written and none was rejected, kExitRed when one was.
int write_trace(Workspace& workspace, const LabOptions& options, const AsTraceOptions& trace);

}  // namespace workshop::runner
