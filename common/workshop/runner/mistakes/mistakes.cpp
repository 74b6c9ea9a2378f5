#include "workshop/runner/mistakes/mistakes.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/mistake_header.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// The hunks without where they are.
std::string without_places(const std::string& hunks) {
  static const std::regex kPlace("^@@ [^@]* @@");
  std::string text;
  for (const auto& line : lines_of(hunks)) text += std::regex_replace(line, kPlace, "@@") + "\n";
  return text;
}

/// What is wrong with the text of a mistake's diff, or nothing.
std::string wrong_with(DiffTool& git, const Lab& lab, const std::string& text,
                       const std::string& solution) {
  const auto mend = fmt::format("; mend: scripts/workshop mistakes update {}", lab.number);
  const auto diff = read_mistake_diff(text);
  if (diff.path != solution_path(lab)) {
    return fmt::format("it is a diff of {}, and the solution is {}", diff.path, solution_path(lab));
  }
  const auto mistaken = git.applied(diff, solution);
  if (!mistaken) return fmt::format("it does not apply to {}{}", diff.path, mend);
  if (*mistaken == solution) return "it changes nothing";
  const MistakeDiff wanted{diff.header, diff.path, git.hunks_between(solution, *mistaken)};
  if (to_text(wanted) == text) return {};
  if (without_places(wanted.hunks) == without_places(diff.hunks)) {
    return fmt::format("it applies at other lines of {} than it says{}", diff.path, mend);
  }
  return "it is not written as `mistakes update` writes it" + mend;
}

void print_diff_line(Console& console, const std::string& line) {
  if (line.starts_with('+')) {
    console.line(console.green(line));
  } else if (line.starts_with('-')) {
    console.line(console.red(line));
  } else if (line.starts_with("@@")) {
    console.line(console.dim(line));
  } else {
    console.line(line);
  }
}

}  // namespace

std::vector<std::string> check_mistakes(const Project& project, const Lab& lab) {
  std::vector<std::string> errors;
  const auto wrong = [&](const fs::path& file, const std::string& what) {
    errors.push_back(file.lexically_relative(project.root()).generic_string() + ": " + what);
  };
  if (lab.solution.empty()) return errors;
  const auto lists = lab.solution / "CMakeLists.txt";
  const auto listed = listed_mistakes(read_file(lists).value_or(""));
  const auto there = lab.mistake_files();
  for (const auto& file : listed) {
    if (std::find(there.begin(), there.end(), lab.solution / file) == there.end()) {
      wrong(lists, fmt::format("it lists {}, which is not there", file));
    }
  }
  const auto solution = read_file(lab.solution / solution_path(lab));
  if (!solution) {
    wrong(lab.solution / solution_path(lab), "is missing");
    return errors;
  }
  DiffTool git;
  std::set<std::string> names;
  for (const auto& file : there) {
    const auto local = file.lexically_relative(lab.solution).generic_string();
    const auto count = std::count(listed.begin(), listed.end(), local);
    if (count == 0) wrong(file, "CMakeLists.txt does not list it: it is never tried");
    if (count > 1) wrong(file, "CMakeLists.txt lists it twice");
    if (!names.insert(file.stem().string()).second) wrong(file, "another mistake has this name");
    try {
      const auto text = read_file(file).value_or("");
      read_mistake_header(text, header_form_of(file));
      if (header_form_of(file) != HeaderForm::plain) continue;
      if (const auto error = wrong_with(git, lab, text, *solution); !error.empty()) {
        wrong(file, error);
      }
    } catch (const UserError& error) {
      wrong(file, error.what());
    }
  }
  return errors;
}

int expect_mistakes(const Project& project, Console& console, const MistakesOptions& options) {
  const auto labs =
      options.lab.empty() ? project.labs() : std::vector<Lab>{project.lab(options.lab)};
  std::size_t errors_count = 0;
  std::size_t mistakes_count = 0;
  for (const auto& lab : labs) {
    const auto errors = check_mistakes(project, lab);
    for (const auto& error : errors) console.line(error);
    errors_count += errors.size();
    mistakes_count += lab.mistake_files().size();
  }
  if (errors_count > 0) return 1;
  console.line(protocol::counted(mistakes_count, "mistake") +
               ": each is listed, and each diff applies");
  return 0;
}

std::string test_that_catches(const Lab& lab, const std::string& name) {
  const auto file = mistake_file(lab, name);
  return read_mistake_header(read_file(file).value_or(""), header_form_of(file)).caught_by;
}

void print_mistake(const Project& project, Console& console, const Lab& lab,
                   const std::string& name) {
  const auto file = mistake_file(lab, name);
  console.line(console.bold(project.shown(file)));
  if (header_form_of(file) != HeaderForm::plain) {
    console.line("It is a whole file of its own.");
  } else {
    const auto diff = read_mistake_diff(read_file(file).value_or(""));
    for (const auto& line : lines_of(diff.hunks)) print_diff_line(console, line);
  }
  console.line();
}

}  // namespace workshop::runner
