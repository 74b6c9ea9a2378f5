#include <fmt/core.h>

#include <algorithm>
#include <fstream>

#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/mistakes/mistakes.hpp"
#include "workshop/runner/mistakes/source_text.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// To be filled in; until then `mistakes check` says what is missing.
constexpr const char* kEmptyHeader = "mistake:\nwhy:\nask:\ncaught by:\nas:\n";

bool is_snake_case(const std::string& name) {
  const auto in_word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (name.empty() || name[0] < 'a' || name[0] > 'z' || !in_word(name.back())) return false;
  for (std::size_t i = 1; i < name.size(); ++i) {
    if (!in_word(name[i]) && (name[i] != '_' || name[i - 1] == '_')) return false;
  }
  return true;
}

void refuse_taken_name(const Project& project, const Lab& lab, const std::string& name) {
  if (!is_snake_case(name)) {
    throw UserError(fmt::format(
        "\"{}\" is no name of a mistake; it wants words of small letters, such as early_return",
        name));
  }
  for (const auto& file : lab.mistake_files()) {
    if (file.stem() != name) continue;
    throw UserError(fmt::format("lab {} has a mistake {} already: {}", lab.padded_number(), name,
                                project.shown(file)));
  }
}

}  // namespace

int new_mistake(const Project& project, Console& console, const MistakesOptions& options) {
  const auto lab = project.lab(options.lab);
  if (lab.solution.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  refuse_taken_name(project, lab, options.new_name);
  const auto path = solution_path(lab);
  const auto solution_file = lab.solution / path;
  const auto solution = read_file(solution_file);
  if (!solution) throw UserError(project.shown(solution_file) + " cannot be read");
  auto mistaken = read_file(options.new_file);
  if (!mistaken || fs::is_directory(options.new_file)) {
    throw UserError(fmt::format("{} cannot be read", options.new_file.string()));
  }
  if (!mistaken->ends_with('\n')) *mistaken += '\n';
  const auto language = language_of(path);
  if (code_of(*mistaken, language) == code_of(*solution, language)) {
    throw UserError(fmt::format("{} does nothing else than {}: it has no mistake",
                                options.new_file.string(), project.shown(solution_file)));
  }
  const auto lists = lab.solution / "CMakeLists.txt";
  const auto listed = read_file(lists);
  if (!listed) throw UserError(project.shown(lists) + " cannot be read");
  const auto local = "mistakes/" + options.new_name + ".diff";
  const auto new_lists = with_listed_mistake(*listed, local);

  DiffTool git;
  const MistakeDiff diff{kEmptyHeader, path, git.hunks_between(*solution, *mistaken)};
  fs::create_directories(lab.solution / "mistakes");
  std::ofstream(lab.solution / local, std::ios::binary) << to_text(diff);
  std::ofstream(lists, std::ios::binary) << new_lists;

  console.line("Made:   " + project.shown(lab.solution / local));
  console.line(fmt::format("Listed: {}, as the last one; those that people write most stand first",
                           project.shown(lists)));
  console.line();
  console.paragraph(
      "Next: fill in its header. It says what is mistaken, why people write it, what to ask them, "
      "and by which test it is caught and as what, as the other headers there do. Then:");
  console.line(fmt::format("  scripts/workshop mistakes check {}", lab.number));
  console.line(
      fmt::format("  scripts/workshop check {} --mistake {}", lab.number, options.new_name));
  console.line(
      fmt::format("  scripts/workshop verify --all, or with a built preset kit: ctest "
                  "--preset kit -R '^mistake\\.{}\\.{}$'",
                  lab.padded_number(), options.new_name));
  return 0;
}

}  // namespace workshop::runner
