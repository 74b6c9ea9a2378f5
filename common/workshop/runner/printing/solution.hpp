#pragma once

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

/// Prints how the solution differs from the lab's file, as a diff, and where the reasons are.
/// Throws UserError when the lab has no solution here.
void print_solution(Console& console, const Project& project, const Lab& lab);

}  // namespace workshop::runner
