#pragma once

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/hints.hpp"

namespace workshop::runner {

/// The lab that was checked last. Throws UserError when none was.
Lab current_lab(const Project& project);

/// Prints the next hint of the step that is red (of `step`, unless it is 0), and records that it
/// was taken. False: there is none, which it says. Throws UserError for a step without hints.
bool give_hint(Console& console, const Project& project, const Lab& lab, int step = 0);

/// Prints the hints that were taken, in their order.
void print_taken_hints(Console& console, const Project& project, const Lab& lab);

/// Prints one: its prose broken to the terminal's columns, its code as it is.
void print_hint(Console& console, const Hint& hint);

}  // namespace workshop::runner
