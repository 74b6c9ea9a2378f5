#pragma once

#include <string>
#include <vector>

#include "workshop/process/program.hpp"

namespace workshop::runner {

/// Runs a program to its end, as process::run does. A program in a group of its own does not hear
/// the keyboard: an interrupt (SIGINT, SIGTERM, SIGHUP, unless this program ignores it) kills the
/// program with all that it has started, and then this one. Not thread-safe: one program runs at a
/// time.
process::Result run_program(const std::vector<std::string>& command,
                            const process::Options& options = {},
                            const process::Limits& limits = {});

}  // namespace workshop::runner
