#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "workshop/runner/catalog/catalog.hpp"
#include "workshop/runner/printing/console.hpp"

namespace workshop::runner {

// `workshop mistakes`: the typical mistakes beside a solution, solutions/NN-name/mistakes. For
// maintainers. Each function returns the exit code of the program and throws UserError for what the
// person can mend.

struct MistakesOptions {
  std::string lab;                 ///< as the person wrote it
  std::vector<std::string> names;  ///< of mistakes; none: all of the lab
  std::string new_name;
  std::filesystem::path new_file;  ///< an edited copy of the solution's file
  bool go_on = false;              ///< after conflicts: refuses when no merged file waits for it
};

/// Takes the diffs of a lab's mistakes along when its solution has changed: each is merged with the
/// solution as it is now, from the last committed version that it applies to. What a person has to
/// decide is put into build/mistakes/NN-name, opened in $VISUAL or $EDITOR on a terminal, and taken
/// from there when the command comes again. A diff is overwritten by one that was seen to apply,
/// and by nothing else. 0 all diffs are as they shall be, 1 some are not.
int update_mistakes(const Project& project, Console& console, const MistakesOptions& options);

/// Makes the mistake `new_name` from `new_file`: writes its diff with a header to fill in, and adds
/// it to the list in the solution's CMakeLists.txt. 0.
int new_mistake(const Project& project, Console& console, const MistakesOptions& options);

/// Prints what is wrong with the mistakes of a lab, or of all if `lab` is empty. 0 if nothing is,
/// else 1.
int expect_mistakes(const Project& project, Console& console, const MistakesOptions& options);

/// Compares the mistakes of a lab with its solution: whether those that CMakeLists.txt lists are
/// those in the folder; whether each has a header; whether each diff applies to the solution
/// exactly, and is in the form in which `mistakes update` writes it. Returns a sentence for each
/// thing that is wrong, beginning with the file.
std::vector<std::string> check_mistakes(const Project& project, const Lab& lab);

/// The name of the test that shall catch a mistake, as its header says.
std::string test_that_catches(const Lab& lab, const std::string& name);

/// Prints how a mistake differs from the solution, in colour where the console has any.
void print_mistake(const Project& project, Console& console, const Lab& lab,
                   const std::string& name);

}  // namespace workshop::runner
