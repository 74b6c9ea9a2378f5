#pragma once

#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"

namespace workshop::runner {

/// What a catalog has to have beyond what is asked of each lab.
struct CatalogDemands {
  int labs_count = 15;           ///< numbered from 1, without a gap
  std::size_t mistakes_min = 5;  ///< of each lab
  std::size_t mistakes_in_all_min = 90;
  std::size_t hints_min = 3;           ///< for each step
  int hint_words_again = 8;            ///< in a row, that two hints of a step do not have in common
  int step_minutes_max = 20;           ///< of a step that the room does, alone
  std::size_t readme_lines_max = 100;  ///< of 80 columns: two screens, without the front matter
  std::size_t lines_changed_max = 60;  ///< by a solution, comments and empty lines apart
};

/// Compares what the labs say of themselves with what is there: front matter, the sections of
/// README.md, hints, steps and the tests' tags, the file to edit, solution, notes, how many
/// mistakes. Returns a sentence for each thing that is wrong, beginning with the file.
std::vector<std::string> check_catalog(const Project& project, const CatalogDemands& demands = {});

/// How many lines of `after` are not lines of `before` in the same order (as diff counts them).
/// Spaces at both ends, comments and empty lines do not count.
std::size_t lines_changed(std::string_view before, std::string_view after);

}  // namespace workshop::runner
