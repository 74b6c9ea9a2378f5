#pragma once

#include "workshop/runner/commands/command.hpp"
#include "workshop/runner/runs/run_lab.hpp"

namespace workshop::runner {

/// Adds the options of every command that runs a lab's program. What is read is in `options`, which
/// therefore outlives the reading.
void add_lab_options(CLI::App& app, LabOptions& options);

}  // namespace workshop::runner
