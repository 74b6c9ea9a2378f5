#pragma once

#include <string>
#include <vector>

#include "workshop/process/program.hpp"
#include "workshop/process/together.hpp"

namespace workshop::runner {

/// Runs a program to its end, as process::run does. A program in a group of its own does not hear
/// the keyboard: an interrupt (SIGINT, SIGTERM, SIGHUP, unless this program ignores it) ends the
/// program with its group, and then this one. The program is asked to end, and killed when it has
/// not done so within two seconds. It is killed as well when this program is killed. Not
/// thread-safe: one program runs at a time.
process::Result run_program(const std::vector<std::string>& command,
                            const process::Options& options = {},
                            const process::Limits& limits = {});

/// The same of several programs that run at the same time, each in a group of its own, as
/// process::run_together does: an interrupt ends all of them.
std::vector<process::Result> run_programs(const std::vector<process::Command>& commands,
                                          const process::Limits& limits = {});

}  // namespace workshop::runner
