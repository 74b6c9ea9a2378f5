#pragma once

#include <string>

#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/source_text.hpp"

namespace workshop::runner {

/// What a mistake is merged from.
struct MistakeVersions {
  std::string solution;  ///< as it is now
  std::string base;      ///< the solution that the mistake was made from
  std::string mistaken;  ///< the mistake's whole file
};

/// A mistake taken along with its solution.
struct MergedMistake {
  std::string text;  ///< the whole file, with git's signs round what is left to decide
  bool has_conflicts = false;
  bool comments_left = false;  ///< a comment changed where the mistake has none or one of its own
};

/// Takes a mistake along with a change of its solution: git's three-way merge, and what that alone
/// leaves to a person although there is nothing to decide. Names that the solution has changed
/// throughout (see renaming_between) are changed in the mistake first. Where the solution has
/// changed nothing but comments, they are taken into the mistake as far as it has them.
MergedMistake merge_mistake(DiffTool& git, const MistakeVersions& versions, const std::string& name,
                            SourceLanguage language);

/// Whether `text` holds git's signs of a conflict.
bool has_conflict_signs(const std::string& text);

}  // namespace workshop::runner
