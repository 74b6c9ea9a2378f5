#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/commands/command.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

/// Remembers the script that started this program, and takes it out of the environment: what this
/// program starts, a ctest say, is no part of that script. Call it first.
void remember_script();

/// The command line that starts `workshop-more` with these words: by the script that started this
/// program, which builds it first, or else the one that was built beside this program. Throws
/// UserError when there is none.
std::vector<std::string> more_command(const std::vector<std::string>& words);

/// Has `workshop-more` tell the board, when one is joined, what is known of a lab, and says so in a
/// dim line. It takes three seconds at most and changes no verdict: what goes wrong is said.
void tell_joined_board(const Project& project, Console& console, const Lab& lab);

/// Becomes `workshop-more`. Throws UserError when it cannot be started. It builds nothing for a
/// --help: as long as `workshop-more` is not there, that is what is known of the command.
int run_more(const std::vector<std::string>& words);

/// The --help of a command whose code is not built.
std::string help_before_built(const Command& command);

}  // namespace workshop::runner
