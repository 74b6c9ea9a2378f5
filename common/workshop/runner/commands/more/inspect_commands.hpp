#pragma once

#include <string>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

/// What `workshop inspect commands` is told.
struct InspectCommandsOptions {
  std::string build;    ///< the folder whose ctest knows the tests that run commands already
  std::string preset;   ///< to run those commands with that build
  std::string not_run;  ///< the list of commands that are not run, each with its reason
};

/// Runs the commands that documents name (named_commands.hpp) and that neither a test nor the list
/// of reasons covers: those that build in the checkout, all others in a copy of it. Prints each
/// with its time, and what is wrong: 0 if nothing is, else 1.
int inspect_commands(Workspace& workspace, const InspectCommandsOptions& options);

}  // namespace workshop::runner
