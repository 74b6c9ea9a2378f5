#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/documents/document_checks.hpp"

namespace workshop::runner {

/// The words of a command as a shell splits them, up to a comment or what joins it to another one.
std::vector<std::string> shell_words(std::string_view line);

/// Whether a word stands for something else: NAME, N, /path/to/NAME.
bool is_placeholder(std::string_view word);

/// A command that code in a document names, whole: no word stands for something else.
struct NamedCommand {
  std::vector<std::string> words;  ///< "scripts/workshop", "check", "8"
  std::string text;                ///< the words with blanks between them
  std::string place;               ///< where it stands first: "docs/labs.md:12"
};

/// The commands of documents, each once, in their order: of scripts/, CMake and ctest.
/// `scripts/workshop` with one word that is no whole command, as `parse` says, only names it and is
/// left out.
std::vector<NamedCommand> commands_named_in(const std::vector<Document>& documents,
                                            const ParseWords& parse);

/// What to do with a command.
struct CommandPlan {
  bool runs = false;  ///< else `test` or `why_not` says why it need not
  std::string test;   ///< ctest's test that runs the same: "mistake.08.early_return"
  std::string why_not;
};

/// Which of the commands to run: of commands that only differ in their lab and mistake the first
/// one, when `tests` have one for each other. `not_run` gives reasons for others, by the command's
/// text. Adds a sentence to `errors` for a command of other programs, or of another kind, that has
/// no reason, and for a reason that is empty or of a command that no document names or that a test
/// runs.
std::vector<CommandPlan> plan_of(const std::vector<NamedCommand>& commands,
                                 const std::set<std::string>& tests,
                                 const std::map<std::string, std::string>& not_run,
                                 std::vector<std::string>& errors);

/// Reads lines "COMMAND # REASON"; lines that begin with # and empty ones are left out.
std::map<std::string, std::string> read_not_run(std::string_view text);

}  // namespace workshop::runner
