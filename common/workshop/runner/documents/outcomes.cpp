#include <fmt/core.h>

#include <algorithm>

#include "workshop/runner/documents/document_checks.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace fs = std::filesystem;
namespace {

/// The links of one cell, with their texts.
struct TextLink {
  std::string text;
  std::string target;
};

std::vector<TextLink> links_in(std::string_view cell) {
  std::vector<TextLink> links;
  for (auto middle = cell.find("]("); middle != cell.npos; middle = cell.find("](", middle + 2)) {
    const auto begin = cell.rfind('[', middle);
    const auto end = cell.find(')', middle);
    if (begin == cell.npos || end == cell.npos) continue;
    links.push_back({std::string(cell.substr(begin + 1, middle - begin - 1)),
                     std::string(cell.substr(middle + 2, end - middle - 2))});
  }
  return links;
}

/// Whether a lecture has a slide of this title.
bool has_slide(const fs::path& lecture, const std::string& title) {
  const auto lines = lines_of(read_file(lecture).value_or(""));
  return std::find(lines.begin(), lines.end(), "# " + title) != lines.end();
}

/// Checks one row; collects sentences.
class OutcomeRow {
 public:
  OutcomeRow(const Document& outcomes, const std::set<std::string>& tests,
             std::vector<std::string>& errors)
      : outcomes_(outcomes), tests_(tests), errors_(errors) {}

  void check(int line, const std::vector<std::string>& cells) {
    line_ = line;
    promise_ = cells[0].substr(0, 40);
    const auto slides = links_in(cells[1]);
    if (slides.empty()) wrong("names no slide");
    for (const auto& slide : slides) check_slide(slide);
    const auto labs = links_in(cells[2]);
    if (labs.empty()) wrong("names no lab");
    for (const auto& lab : labs) {
      if (!fs::exists(path_of(lab.target))) wrong("there is no lab " + lab.target);
    }
    const auto checks = code_spans(cells[3]);
    if (checks.empty()) wrong("names no check");
    for (const auto& check : checks) {
      if (!tests_.contains(check)) wrong("ctest has no test " + check);
    }
  }

 private:
  void wrong(const std::string& what) {
    errors_.push_back(fmt::format("{}:{}: \"{}…\": {}", outcomes_.shown, line_, promise_, what));
  }

  fs::path path_of(const std::string& target) const {
    return outcomes_.file.parent_path() / target.substr(0, target.find('#'));
  }

  void check_slide(const TextLink& slide) {
    const auto file = path_of(slide.target);
    if (!fs::exists(file)) {
      wrong("there is no lecture " + slide.target);
    } else if (!has_slide(file, slide.text)) {
      wrong(fmt::format("{} has no slide \"{}\"", slide.target, slide.text));
    }
  }

  const Document& outcomes_;
  const std::set<std::string>& tests_;
  std::vector<std::string>& errors_;
  int line_ = 0;
  std::string promise_;
};

}  // namespace

std::vector<std::string> check_outcomes(const Document& outcomes,
                                        const std::set<std::string>& tests) {
  std::vector<std::string> errors;
  OutcomeRow row(outcomes, tests, errors);
  int rows = 0;
  for (const auto& line : outcomes.lines) {
    const auto cells = table_cells(line.text);
    if (line.code || cells.size() != 4 || cells[0] == "promise") continue;
    row.check(line.number, cells);
    ++rows;
  }
  if (rows == 0)
    errors.push_back(outcomes.shown + ": there is no row of promise, slide, lab, check");
  return errors;
}

}  // namespace workshop::runner
