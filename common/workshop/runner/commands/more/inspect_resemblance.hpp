#pragma once

#include <string>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

/// Takes every stored mistake out in turn, and asks which of the others it resembles. Prints for
/// each lab how many are named, and how many of these are of the same kind: caught by the same
/// test, as the same. 0 if that is so of 70 in a hundred, 1 if not, and "skipped: …" when the
/// mistakes' programs have not been run in `preset`'s build. 1 also when one in ten of what the
/// labs' executions.txt says is not so any more; with WORKSHOP_UPDATE_EXECUTIONS it is written.
int inspect_resemblance(Workspace& workspace, const std::string& preset);

}  // namespace workshop::runner
