#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/printing/standing.hpp"
#include "workshop/runner/progress/hints.hpp"
#include "workshop/runner/runs/builder.hpp"
#include "workshop/runner/runs/lab_program.hpp"

namespace workshop::runner {

/// The lab that was checked last. Throws UserError when none was.
Lab current_lab(const Project& project);

/// The next hint of a step, or why there is none.
struct TakenHint {
  int step = 0;
  std::optional<Hint> hint;
  std::size_t of_step = 0;        ///< how many the step has
  std::vector<std::string> fits;  ///< its words that the failure has
  std::string strange;  ///< the failure's sign, when no hint of the step names it; else ""
  bool before = false;  ///< it was taken before the hints began anew
  int left = 0;         ///< how many of the step remain: it is the one of number of_step - left
  HintKind kind = HintKind::of_step;  ///< whose it is, and all that are counted here
  std::string none;                   ///< a sentence, when there is no hint
};

/// What a hint is on that is at any handler: "the loop"; empty for one of a step.
std::string_view subject_of(HintKind kind);

/// That lab's file does not compile: its first errors, what such an error most often is, and what
/// is next.
void print_not_built(Console& console, const Project& project, const Lab& lab,
                     const NotBuilt& not_built);

/// Remembers that a build of lab's own file has failed, if that is the file's fault and not the
/// machine's. Never throws for a file that cannot be written.
void remember_not_built(const Project& project, const Lab& lab, const LabProgram& program,
                        const BuildResult& build);

/// Takes the next hint of the step that is red (of `step`, unless it is 0), and records that it was
/// taken. When all is green, and `prove` said no of this very file, it is for what prove found.
/// Throws UserError for a step without hints.
TakenHint take_hint(const Project& project, const Lab& lab, int step = 0, Hand hand = Hand::types);

/// Takes it and prints it. False: there is none, which it says.
bool give_hint(Console& console, const Project& project, const Lab& lab, int step = 0);

/// Prints a hint that was taken, or why there is none.
void print_taken_hint(Console& console, const Lab& lab, const TakenHint& taken);

/// Prints the hints that were taken, in their order.
void print_taken_hints(Console& console, const Project& project, const Lab& lab);

/// Prints one: its prose broken to the terminal's columns, its code as it is.
void print_hint(Console& console, const Hint& hint);

}  // namespace workshop::runner
