#pragma once

#include <set>
#include <string>
#include <vector>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

/// Why words behind `workshop` are no command line, or an empty string; no command runs.
std::string why_not_parsed(const std::vector<std::string>& words);

/// The names of ctest's tests in a build folder. Throws UserError when there are none.
std::set<std::string> tests_in(const std::string& build);

/// What `workshop inspect documents` is told.
struct InspectDocumentsOptions {
  std::string build;  ///< the folder whose ctest knows the tests that docs/outcomes.md names;
                      ///< empty: that table is not checked
};

/// Prints what is wrong with the documents: links, commands, spellings, figures, outcomes, and what
/// the instructor's guide needs of the labs. 0 if nothing is, else 1.
int inspect_documents(Workspace& workspace, const InspectDocumentsOptions& options);

/// What `workshop inspect picture` is told.
struct InspectPictureOptions {
  std::string program;  ///< a lab's
  std::string test;     ///< that fails in it
  std::string file;     ///< the picture of its failure that a document shows
};

/// Compares a picture in a document with what the program draws, or writes it anew if the
/// environment has WORKSHOP_UPDATE_READMES. 0 if they are equal, else 1. Throws UserError when the
/// test does not fail.
int inspect_picture(Workspace& workspace, const InspectPictureOptions& options);

}  // namespace workshop::runner
