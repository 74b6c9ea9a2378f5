#include "workshop/runner/folders/judge_folders.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>

#include "workshop/runner/board/resemblance.hpp"
#include "workshop/runner/folders/folder_report.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

std::string name_of(const fs::path& folder) {
  const auto whole = fs::absolute(folder).lexically_normal();
  return printable((whole.has_filename() ? whole : whole.parent_path()).filename().string());
}

std::string coloured(const Console& console, const FolderRow& row, std::string line) {
  switch (row.verdict.judgement) {
    case Judgement::green:
      return console.green("✓ ") + line;
    case Judgement::red:
      return console.red("✗ ") + line;
    case Judgement::unjudged:
      break;
  }
  return console.yellow("? ") + line;
}

/// Judges the folders one by one, and tells each row as soon as it is there.
class Rows {
 public:
  Rows(const Project& project, Console& console, const FoldersOptions& options)
      : project_(project),
        console_(console),
        options_(options),
        check_(project, console, options.preset, options.time_max) {
    for (const auto& folder : options.folders) {
      width_ = std::max(width_, columns_of(name_of(folder)));
    }
  }

  void judge(const fs::path& folder, const std::vector<Lab>& labs) {
    const auto files = handed_in(folder, labs);
    if (files.empty()) {
      FolderRow row{.folder = name_of(folder)};
      row.verdict.problem = labs.size() == 1
                                ? fmt::format("it has no {}, or the untouched one",
                                              labs.front().sources.front().filename().string())
                                : "it has no lab's file, or only untouched ones";
      tell(std::move(row));
    }
    for (const auto& file : files) {
      if (!options_.as_json) console_.interim(fmt::format("checking {} …", name_of(folder)));
      FolderRow row{
          .folder = name_of(folder), .lab = file.lab.number, .verdict = check_.check(file)};
      if (row.verdict.judgement == Judgement::red) {
        const auto near = resemblance_of(file.lab).nearest(row.verdict.tests);
        if (near) row.resembles = near->mistake->name;
      }
      tell(std::move(row));
    }
  }

  const std::vector<FolderRow>& all() const { return rows_; }

 private:
  void tell(FolderRow row) {
    if (!options_.as_json) console_.line(coloured(console_, row, line_of(row, width_)));
    rows_.push_back(std::move(row));
  }

  const Resemblance& resemblance_of(const Lab& lab) {
    const auto known = resemblances_.find(lab.number);
    if (known != resemblances_.end()) return known->second;
    const auto folder = project_.build_folder(options_.mistakes_preset);
    return resemblances_.emplace(lab.number, Resemblance(known_mistakes(lab, folder)))
        .first->second;
  }

  const Project& project_;
  Console& console_;
  const FoldersOptions& options_;
  ForeignCheck check_;
  std::size_t width_ = 0;
  std::map<int, Resemblance> resemblances_;
  std::vector<FolderRow> rows_;
};

}  // namespace

int judge_folders(const Project& project, Console& console, const FoldersOptions& options) {
  const auto labs =
      options.lab.empty() ? project.labs() : std::vector<Lab>{project.lab(options.lab)};
  for (const auto& folder : options.folders) {
    if (!fs::is_directory(folder)) throw UserError(folder.string() + " is no folder");
  }
  Console aside(std::cerr, console.style());  // standard output is the JSON's alone
  Rows rows(project, options.as_json ? aside : console, options);
  for (const auto& folder : options.folders) rows.judge(folder, labs);
  if (!options.junit.empty()) {
    std::ofstream out(options.junit, std::ios::binary);
    out << folders_junit(rows.all());
    if (!out.flush()) {
      throw UserError(fmt::format("{} cannot be written", options.junit.string()));
    }
  }
  if (options.as_json) console.line(folders_json(rows.all()));
  return exit_code(rows.all());
}

}  // namespace workshop::runner
