#pragma once

#include <string>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

/// What `workshop expect documents` is told.
struct ExpectDocumentsOptions {
  std::string build;  ///< the folder whose ctest knows the tests that docs/outcomes.md names;
                      ///< empty: that table is not checked
};

/// Prints what is wrong with the documents: links, commands, spellings, figures, outcomes, and what
/// the instructor's guide needs of the labs. 0 if nothing is, else 1.
int expect_documents(Workspace& workspace, const ExpectDocumentsOptions& options);

}  // namespace workshop::runner
