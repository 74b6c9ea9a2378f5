#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/runs/run_program.hpp"

namespace workshop::runner {

/// A mistake that is stored as a diff, mistakes/NAME.diff: a header (see MistakeHeader), an empty
/// line, and a unified diff of one file with three lines of context.
struct MistakeDiff {
  std::string header;  ///< its lines
  std::string path;    ///< of the file that it changes, from the solution's folder: "src/x.cpp"
  std::string hunks;   ///< from the first "@@" to the end
};

/// Reads the text of NAME.diff. The hunks are not looked at. Throws UserError for a text that is no
/// header, empty line and diff.
MistakeDiff read_mistake_diff(std::string_view text);

/// The lines of the file before that `hunks` take out; of what they put in, the two lines between
/// which they put it.
std::set<int> changed_lines(std::string_view hunks);

/// The text of NAME.diff.
std::string to_text(const MistakeDiff& diff);

/// A three-way merge: the text, with the signs that git puts round what both sides have changed.
struct MergedText {
  std::string text;
  bool has_conflicts = false;
};

/// Makes, applies and merges texts with git, in a folder of its own that it removes in the end. How
/// git is set up on this machine does not matter. Everything throws UserError when git cannot be
/// run. Not thread-safe.
class DiffTool {
 public:
  DiffTool();
  ~DiffTool();
  DiffTool(const DiffTool&) = delete;
  DiffTool& operator=(const DiffTool&) = delete;

  /// The hunks that lead from `before` to `after`, in the one form in which they are stored; empty
  /// for equal texts.
  std::string hunks_between(const std::string& before, const std::string& after);

  /// `base` with the hunks of `diff` applied, at another line if they match only there; nothing if
  /// they do not apply.
  std::optional<std::string> applied(const MistakeDiff& diff, const std::string& base);

  /// The same, if `diff` is also in the form that hunks_between() gives to it: nothing of it is at
  /// another line, and it could not be written otherwise.
  std::optional<std::string> applied_exactly(const MistakeDiff& diff, const std::string& base);

  /// Merges what `theirs` and `ours` have each changed in `base`. In conflicts `names` says what
  /// ours, base and theirs are.
  MergedText merged(const std::string& ours, const std::string& base, const std::string& theirs,
                    const std::vector<std::string>& names);

 private:
  void write(const std::string& name, const std::string& text) const;
  process::Result git(std::vector<std::string> arguments) const;

  std::filesystem::path folder_;
};

}  // namespace workshop::runner
