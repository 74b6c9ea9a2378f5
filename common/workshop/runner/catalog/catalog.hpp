#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/runner/catalog/step_times.hpp"

namespace workshop::runner {

/// Something that the person at the keyboard can mend; `what()` says how. The program prints it and
/// exits with 2.
class UserError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One lab, as its folder tells. Paths are absolute.
struct Lab {
  int number = 0;
  std::string name;  ///< "identity-deduplication"
  std::filesystem::path folder;
  // From the front matter of its README.md, which `expect catalog` checks.
  std::string title;  ///< else the name in words
  std::string part;   ///< "II: correctness of the asynchronous core"
  std::optional<int> day;
  std::string goal;  ///< in one line of Markdown
  std::vector<StepTimes> steps;
  std::vector<std::string> steps_wrong;  ///< what of them cannot be read
  std::vector<std::string> concepts;
  std::vector<int> prerequisites;  ///< the numbers of other labs
  std::filesystem::path hints;     ///< hints.md, or empty if there is none
  std::filesystem::path solution;  ///< its folder in solutions/, or empty if there is none
  std::vector<std::filesystem::path> sources;  ///< src/*.cpp; the one to edit is the first

  std::string padded_number() const;          ///< "08"
  int minutes() const;                        ///< of all steps, for one person
  std::string target() const;                 ///< "lab08"
  std::vector<std::string> mistakes() const;  ///< the names of its mistakes, sorted
  /// The files of its mistakes, sorted: diffs, or whole files.
  std::vector<std::filesystem::path> mistake_files() const;
};

/// The checkout: where the labs are and where they are built.
class Project {
 public:
  explicit Project(std::filesystem::path root) : root_(std::move(root)) {}

  /// The project of the environment variable WORKSHOP_ROOT, else the one that holds the current
  /// folder. Throws UserError if there is none.
  static Project find();

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path build_folder(std::string_view preset) const;

  /// The labs, by number.
  std::vector<Lab> labs() const;
  /// The lab that a person calls `name`: "8", "08", "08-identity-deduplication", or the beginning
  /// of its name if only one begins so. Throws UserError that lists the labs.
  Lab lab(std::string_view name) const;

  /// How to print `path`: relative to the current folder if that is in the project, so that it can
  /// be clicked.
  std::string shown(const std::filesystem::path& path) const;

 private:
  std::filesystem::path root_;
};

/// The `key: value` lines between two lines of dashes at the beginning of a Markdown file.
using FrontMatter = std::map<std::string, std::string>;
FrontMatter front_matter(const std::filesystem::path& file);

/// The paragraph of `markdown` that begins with `start`, in one line and without it.
std::string paragraph_after(std::string_view markdown, std::string_view start);

/// The line (from 1) of `file` that says "TODO(step N)", if one does. `step` 0 means any step. Of
/// several it is the last one down to line `failing`, where a failure shows, or else the first.
std::optional<std::size_t> find_todo(const std::filesystem::path& file, int step,
                                     std::size_t failing = 0);

}  // namespace workshop::runner
