#pragma once

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/result_file.hpp"

namespace workshop::runner {

/// What a lab wants, before anything is checked: its title, goal, the step that is worked on (0:
/// none is red), and its page.
void print_begin(Console& console, const Project& project, const Lab& lab, int step);

/// The step of a failure, and where to edit: the file, with the line and the function where they
/// are known: that of the step in which it shows, or those that the step asks for.
void print_where_to_edit(Console& console, const Project& project, const Lab& lab,
                         const TestResult& failure);

}  // namespace workshop::runner
