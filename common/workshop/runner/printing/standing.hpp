#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/progress/progress.hpp"

namespace workshop::runner {

/// "✓", "~" for a lab whose file has changed since it was solved, "►" begun, or one to whose file
/// prove has said no, "·" never checked.
std::string tick_of(const Console& console, const Progress& progress, const Lab& lab);

/// "prove says no, "…" fails" of the very file that is there; or that it said so of one before and
/// has not been asked again; else "".
std::string no_of_prove(const Progress& progress, const Lab& lab);

/// "solved", "all tests of check pass; prove says no, "…" fails", "solved before, now red again:
/// …", "does not compile", "step 2 is red: 7 of 15 tests pass", "not begun".
std::string standing_in_words(const Progress& progress, const Lab& lab);

/// One line for each lab: tick, number, title, and what `remark` says of it.
void print_labs(Console& console, const Progress& progress, const std::vector<Lab>& labs,
                std::string (*remark)(const Progress&, const Lab&));

/// Where what is next is said: to who types commands, or to who presses keys of `watch`.
enum class Hand { types, presses };

/// What "►" and "~" mean, of those that stand before one of the labs.
void print_signs(Console& console, const Progress& progress, const std::vector<Lab>& labs);

/// How to see how far a green lab holds; or what `prove` has said of this very file.
void print_proof_offer(Console& console, const Project& project, const Lab& lab,
                       const Progress& progress, Hand hand = Hand::types);

/// Of a red lab that another file has solved: that this is remembered. Else nothing.
void print_solved_before(Console& console, const Progress& progress, const Lab& lab);

/// Which lab comes next, its page, and how to begin it; or that all are solved. One that is solved
/// is next because `prove` said no of it; one that was begun says so.
void print_next(Console& console, const Project& project, const Lab* next, const Progress& progress,
                Hand hand = Hand::types);

/// Why an open lab is next although labs before it are not begun; else nothing.
void print_why_next(Console& console, const std::vector<Lab>& labs, const Progress& progress,
                    const Lab* next);

}  // namespace workshop::runner
