#include "workshop/runner/guide/mistake_index.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// A mistake with its lab, as a row of the index.
struct IndexRow {
  std::string lab;
  const GuideMistake* mistake = nullptr;
};

/// `text` in a cell of a table.
std::string cell_of(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, "\\");
  }
  return text;
}

}  // namespace

std::vector<GuideMistake> mistakes_with_headers(const Lab& lab) {
  std::vector<GuideMistake> mistakes;
  for (const auto& file : lab.mistake_files()) {
    const auto header =
        read_mistake_header(read_file(file).value_or(""), header_form_of(file.filename()));
    mistakes.push_back({file.stem().string(), header, {}, {}});
  }
  return mistakes;
}

std::string mistake_index_of(const std::vector<MistakesOfLab>& labs) {
  std::map<std::string, std::vector<IndexRow>> by_sign;
  for (const auto& each : labs) {
    for (const auto& mistake : each.mistakes) {
      by_sign[mistake.header.as].push_back({each.lab.padded_number(), &mistake});
    }
  }
  std::vector<std::string> signs;
  for (const auto& [sign, rows] : by_sign) signs.push_back(sign);
  std::stable_sort(signs.begin(), signs.end(), [&](const std::string& a, const std::string& b) {
    return by_sign[a].size() > by_sign[b].size();
  });
  std::string text =
      "# Mistakes, by what one sees\n\n"
      "Made by `scripts/workshop guide` from the headers in `solutions/*/mistakes`. The sign is "
      "the "
      "first line of the failure; below it, by lab, the test that is red, what was done, and what "
      "to ask. *assertion* is a test that has no story.\n";
  for (const auto& sign : signs) {
    const auto& rows = by_sign[sign];
    text += fmt::format(
        "\n## {} ({})\n\n| lab | the red test | what was done | ask |\n|---|---|---|---|\n", sign,
        protocol::counted(rows.size(), "mistake"));
    for (const auto& row : rows) {
      const auto& header = row.mistake->header;
      text += fmt::format("| {} | {} | {} (`{}`) | {} |\n", row.lab, cell_of(header.caught_by),
                          cell_of(header.mistake), row.mistake->name, cell_of(header.ask));
    }
  }
  return text;
}

}  // namespace workshop::runner
