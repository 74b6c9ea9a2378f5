#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// "✓", "~" for a lab whose file has changed since it was solved, "◐" begun, "·" never checked.
std::string tick_of(const Console& console, Standing standing);

/// "solved", "changed since it was solved", "step 2 is red: 7 of 15 tests pass", "not begun".
std::string standing_in_words(const Progress& progress, const Lab& lab);

/// One line for each lab: tick, number, title, and what `remark` says of it.
void print_labs(Console& console, const Progress& progress, const std::vector<Lab>& labs,
                std::string (*remark)(const Progress&, const Lab&));

/// What to type to see how far a green lab holds.
void print_proof_offer(Console& console, const Project& project, const Lab& lab);

/// Which lab comes next, its page, and what to type; or that all are solved.
void print_next(Console& console, const Project& project, const Lab* next);

}  // namespace workshop::runner
