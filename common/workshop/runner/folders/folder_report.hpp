#pragma once

#include <string>
#include <vector>

#include "workshop/runner/folders/foreign_check.hpp"

namespace workshop::runner {

/// What is told of one file that was handed in, or of a folder in which there is none.
struct FolderRow {
  std::string folder;  ///< its name as it is shown
  int lab = 0;         ///< 0: nothing of a lab is in the folder
  ForeignVerdict verdict;
  std::string resembles;  ///< the stored mistake that it perhaps is, or empty
};

/// The first red test of the lowest step with one; null: none is red.
const TestState* first_red(const std::vector<TestState>& tests);

/// One line: "ann  lab 08  red: 5 of 9 tests pass; step 1, lost message: the test's name".
std::string line_of(const FolderRow& row, std::size_t folder_width);

/// All of them as `board --folders --json` prints them (docs/json.md), and as JUnit's XML: a suite
/// for each row, a case for each test.
std::string folders_json(const std::vector<FolderRow>& rows);
std::string folders_junit(const std::vector<FolderRow>& rows);

/// 0: all are green; 1: some are red; 2: some could not be judged, or there are none.
int exit_code(const std::vector<FolderRow>& rows);

}  // namespace workshop::runner
