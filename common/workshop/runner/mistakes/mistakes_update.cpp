#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/mistakes/mistake_diff.hpp"
#include "workshop/runner/mistakes/mistake_list.hpp"
#include "workshop/runner/mistakes/mistake_merge.hpp"
#include "workshop/runner/mistakes/mistakes.hpp"
#include "workshop/runner/mistakes/solution_history.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

void write_file(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  // Whoever is interrupted leaves the old file or the new one.
  const fs::path fresh = file.string() + ".new";
  if (!(std::ofstream(fresh, std::ios::binary) << text).flush()) {
    throw UserError(file.string() + " cannot be written");
  }
  fs::rename(fresh, file);
}

/// A merge that waits for a person: the merged file, and what it was merged from.
struct Pending {
  fs::path file;
  fs::path solution;
  fs::path diff;

  bool exists() const { return fs::exists(file) && fs::exists(solution) && fs::exists(diff); }
  void remove() const {
    for (const auto& part : {file, solution, diff}) fs::remove(part);
  }
};

Pending pending_of(const Project& project, const Lab& lab, const std::string& name) {
  const auto folder = project.root() / "build" / "mistakes" / lab.folder.filename();
  const auto extension = fs::path(solution_path(lab)).extension().string();
  return {folder / (name + extension), folder / "from" / (name + extension),
          folder / "from" / (name + ".diff")};
}

/// What came of one mistake.
struct Outcome {
  bool updated = false;
  bool comments_left = false;
  fs::path conflict;  ///< the merged file that waits for a person, or empty
  std::string error;  ///< why it was left as it is, or empty
};

/// Updates the mistakes of one lab, one after the other.
class Update {
 public:
  Update(const Project& project, const Lab& lab)
      : project_(project),
        lab_(lab),
        path_(solution_path(lab)),
        history_(project, (lab.solution / path_).lexically_relative(project.root()).string()) {
    auto text = read_file(lab.solution / path_);
    if (!text) throw UserError(project.shown(lab.solution / path_) + " cannot be read");
    solution_ = std::move(*text);
  }

  Outcome update(const fs::path& file) {
    const auto text = read_file(file).value_or("");
    try {
      const auto diff = read_mistake_diff(text);
      const auto pending = pending_of(project_, lab_, file.stem().string());
      if (diff.path == path_ && git_.applied_exactly(diff, solution_)) {
        pending.remove();
        return {};
      }
      if (pending.exists()) return take_up(file, text, diff, pending);
      const auto base = base_of(diff);
      if (!base) {
        return {.error = fmt::format(
                    "it applies to no version of {}; make it anew: scripts/workshop mistakes new "
                    "{} NAME FILE",
                    path_, lab_.number)};
      }
      return merge(file, text, diff, {solution_, *base, *git_.applied(diff, *base)});
    } catch (const UserError& error) {
      return {.error = error.what()};
    }
  }

 private:
  /// The solution that `diff` was made from: the newest that it fits exactly, else the newest that
  /// it fits at other lines.
  std::optional<std::string> base_of(const MistakeDiff& diff) {
    for (const bool exactly : {true, false}) {
      std::optional<std::string> version = solution_;
      for (std::size_t i = 0; version; version = history_.version(i++)) {
        if (exactly ? git_.applied_exactly(diff, *version) : git_.applied(diff, *version)) {
          return version;
        }
      }
    }
    return std::nullopt;
  }

  /// Goes on with a merge that waited for a person.
  Outcome take_up(const fs::path& file, const std::string& text, const MistakeDiff& diff,
                  const Pending& pending) {
    const auto merged = read_file(pending.file).value_or("");
    if (has_conflict_signs(merged)) return {.conflict = pending.file};
    if (read_file(pending.diff).value_or("") != text) {
      return {.error =
                  fmt::format("it has changed since it was merged; to merge it anew, remove {}",
                              project_.shown(pending.file))};
    }
    return merge(file, text, diff, {solution_, read_file(pending.solution).value_or(""), merged});
  }

  Outcome merge(const fs::path& file, const std::string& text, const MistakeDiff& diff,
                const MistakeVersions& versions) {
    const auto name = file.stem().string();
    const auto merged = merge_mistake(git_, versions, name, language_of(path_));
    const auto pending = pending_of(project_, lab_, name);
    if (merged.has_conflicts) {
      write_file(pending.solution, versions.solution);
      write_file(pending.diff, text);
      write_file(pending.file, merged.text);
      return {.conflict = pending.file};
    }
    const MistakeDiff fresh{diff.header, path_, git_.hunks_between(solution_, merged.text)};
    if (fresh.hunks.empty()) return {.error = "the solution is now what the mistake was"};
    if (git_.applied_exactly(fresh, solution_) != merged.text) {
      return {.error = "git does not apply the diff that it has made"};
    }
    write_file(file, to_text(fresh));
    pending.remove();
    return {.updated = true, .comments_left = merged.comments_left};
  }

  const Project& project_;
  const Lab& lab_;
  std::string path_;
  std::string solution_;
  FileHistory history_;
  DiffTool git_;
};

std::vector<fs::path> chosen_diffs(const Lab& lab, const std::vector<std::string>& names) {
  std::vector<fs::path> files;
  if (names.empty()) files = lab.mistake_files();
  for (const auto& name : names) {
    files.push_back(mistake_file(lab, name));
    if (files.back().extension() == ".diff") continue;
    throw UserError(fmt::format("mistake {} of lab {} is a whole file; only diffs are taken along",
                                name, lab.padded_number()));
  }
  std::erase_if(files, [](const fs::path& file) { return file.extension() != ".diff"; });
  return files;
}

/// Opens the files in the person's editor and waits for it. False: there is no editor or terminal.
bool open_in_editor(const std::vector<fs::path>& files) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDOUT_FILENO) == 0) return false;
  std::string command;
  for (const auto* variable : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(variable);
    if (command.empty() && value != nullptr) command = value;
  }
  if (command.empty()) return false;
  for (const auto& file : files) {
    command += " '";
    for (const char c : file.string()) command += c == '\'' ? std::string("'\\''") : std::string{c};
    command += "'";
  }
  return std::system(command.c_str()) == 0;
}

struct Summary {
  std::size_t updated = 0;
  std::size_t unchanged = 0;
  std::vector<fs::path> conflicts;
  std::size_t errors = 0;
};

Summary update_files(const Project& project, Console& console, const Lab& lab,
                     const std::vector<fs::path>& files) {
  Summary summary;
  Update update(project, lab);
  for (const auto& file : files) {
    const auto outcome = update.update(file);
    const auto name = project.shown(file);
    if (!outcome.error.empty()) {
      ++summary.errors;
      console.line(fmt::format("{} {}: {}", console.red("✗"), name, outcome.error));
    } else if (!outcome.conflict.empty()) {
      summary.conflicts.push_back(outcome.conflict);
      console.line(fmt::format("{} {}: decide in {}", console.red("✗"), name,
                               project.shown(outcome.conflict)));
    } else if (outcome.updated) {
      ++summary.updated;
      console.line(fmt::format("{} {}", console.green("✓"), name));
      if (outcome.comments_left) {
        console.line("    a comment has changed where the mistake has none or another: read it");
      }
    } else {
      ++summary.unchanged;
    }
  }
  return summary;
}

void print_summary(Console& console, const Lab& lab, const Summary& summary) {
  console.line(fmt::format("{} taken along, {} as they were, {} to decide, {} in error",
                           protocol::counted(summary.updated, "mistake"), summary.unchanged,
                           summary.conflicts.size(), summary.errors));
  if (!summary.conflicts.empty()) {
    console.paragraph(fmt::format(
        "Next: edit each file named above into the whole mistaken file, without git's signs, and "
        "run scripts/workshop mistakes update {} again.",
        lab.number));
  } else if (summary.updated > 0) {
    console.paragraph(fmt::format(
        "Next: read the diffs (git diff solutions), and see that each is still caught: "
        "scripts/workshop check {} --mistake NAME, or ctest --preset kit -R '^mistake\\.{}\\.'",
        lab.number, lab.padded_number()));
  }
}

}  // namespace

int update_mistakes(const Project& project, Console& console, const MistakesOptions& options) {
  const auto lab = project.lab(options.lab);
  if (lab.solution.empty()) {
    throw UserError(fmt::format("lab {} has no solution in this checkout", lab.padded_number()));
  }
  const auto files = chosen_diffs(lab, options.names);
  const auto waits = [&](const fs::path& file) {
    return pending_of(project, lab, file.stem().string()).exists();
  };
  if (options.go_on && std::none_of(files.begin(), files.end(), waits)) {
    throw UserError(
        fmt::format("nothing waits for --continue: no merged file of lab {} is in build/mistakes",
                    lab.padded_number()));
  }
  auto summary = update_files(project, console, lab, files);
  if (!summary.conflicts.empty() && open_in_editor(summary.conflicts)) {
    std::vector<fs::path> waiting;
    std::copy_if(files.begin(), files.end(), std::back_inserter(waiting), waits);
    const auto after = update_files(project, console, lab, waiting);
    summary.updated += after.updated;
    summary.errors += after.errors;
    summary.conflicts = after.conflicts;
  }
  print_summary(console, lab, summary);
  return summary.conflicts.empty() && summary.errors == 0 ? 0 : 1;
}

}  // namespace workshop::runner
