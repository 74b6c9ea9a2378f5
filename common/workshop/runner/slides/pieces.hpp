#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"
#include "workshop/runner/runs/lab_program.hpp"
#include "workshop/runner/slides/lecture.hpp"

namespace workshop::runner {

/// Markdown (as GitHub's) as HTML, by the program cmark-gfm; HTML in it is left out. Throws
/// UserError when the program is not there, with the mend.
std::string html_of_markdown(const std::string& markdown);

/// The definition of the function or type `name` in C++: from the first line at the margin that
/// defines it to its closing brace. Empty when there is none.
std::string definition_of(std::string_view source, std::string_view name);

/// An execution that a slide shows.
struct ShownExecution {
  Lab lab;
  Variant variant;
  std::string product;   ///< a folder of docs/comparison instead of a lab; else empty
  std::string test;      ///< of a product: "VARIANT: SITUATION"
  std::string schedule;  ///< to follow; empty: the failure that the test finds
  std::string fails;     ///< as the slide says: the broken invariant, "lost message"
  std::string found;     ///< as the slide says: the schedule of the failure; empty with `schedule`
};

/// What is wrong with what the slide says of an execution that breaks `invariant` (empty: none) and
/// has this schedule, with the words to write instead; empty when it is right.
std::string contradiction_of(const ShownExecution& execution, const std::string& invariant,
                             const std::string& schedule);

/// Reads `@execution LAB "TEST" [mistake=NAME | solution] fails="INVARIANT" found=S`, or with
/// `schedule=S` instead of `found`, or `comparison/PRODUCT "VARIANT: SITUATION"` instead of lab and
/// test. Throws UserError for a lab, a mistake or a product that is not there.
ShownExecution read_execution(const Project& project, const Directive& directive);

/// Throws UserError when the execution is one of a lab as it is at first, and the lab's file is no
/// longer so.
void require_as_at_first(const ShownExecution& execution);

/// Runs executions, and keeps their pictures. Their programs are built when `build` is called.
class Executions {
 public:
  Executions(const Project& project, std::string preset, Console& console)
      : project_(project), preset_(std::move(preset)), console_(console) {}

  void add(const ShownExecution& execution);
  /// Builds all programs, in one go. Throws UserError when that fails.
  void build() const;
  /// The picture of an execution, as SVG. Throws UserError when the test is not there, does not
  /// fail and there is no schedule, or fails otherwise than the slide says: in another execution
  /// its notes would speak of other steps.
  std::string picture_of(const ShownExecution& execution) const;

 private:
  const Project& project_;
  std::string preset_;
  Console& console_;
  std::map<std::string, LabProgram> programs_;  // by target
};

}  // namespace workshop::runner
