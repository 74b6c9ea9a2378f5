#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/commands/command.hpp"

namespace workshop::runner {

/// Reads what the `workshop` program is asked for, and does it.
class CommandLine {
 public:
  /// Runs the command that these words name, whose code is elsewhere; returns its exit code.
  using HandOver = std::function<int(const std::vector<std::string>& words)>;

  /// `hand_over` is needed where `commands` has words without code.
  explicit CommandLine(std::span<const Command* const> commands, HandOver hand_over = {});
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// The action of the command that `words` name, ready to run while this object lives; the
  /// program's name is not among them. Throws UserError for a command that is not there, and
  /// CLI::ParseError for everything else, --help included.
  Action parse(std::vector<std::string> words);

  /// Parses `words` and runs the action, or hands them over, unread. Writes to `out`, and what is
  /// wrong with the words to `error`. Without words the first command runs. Returns the exit code
  /// of the program. Throws what the action throws.
  int run(const std::vector<std::string>& words, std::ostream& out, std::ostream& error);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

/// Which of `names` a person may have meant by `word`: those that differ in a letter or two, or
/// begin with it.
std::vector<std::string_view> close_to(std::string_view word,
                                       std::span<const std::string_view> names);

}  // namespace workshop::runner
