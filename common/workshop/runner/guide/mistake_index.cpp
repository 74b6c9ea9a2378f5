#include "workshop/runner/guide/mistake_index.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "workshop/protocol/numbers.hpp"
#include "workshop/runner/printing/text.hpp"

namespace workshop::runner {
namespace {

/// A mistake as a row of the index, with its lab, or with its step where there is one lab.
struct IndexRow {
  std::string place;
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

std::string mistake_index_of(const std::vector<MistakesOfLab>& labs) {
  const bool one = labs.size() == 1;
  std::map<std::string, std::vector<IndexRow>> by_sign;
  for (const auto& each : labs) {
    for (const auto& mistake : each.mistakes) {
      by_sign[mistake.header.as].push_back(
          {one ? std::to_string(mistake.step) : each.lab.padded_number(), &mistake});
    }
  }
  for (auto& [sign, rows] : by_sign) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const IndexRow& a, const IndexRow& b) { return a.place < b.place; });
  }
  std::vector<std::string> signs;
  for (const auto& [sign, rows] : by_sign) signs.push_back(sign);
  std::stable_sort(signs.begin(), signs.end(), [&](const std::string& a, const std::string& b) {
    return by_sign[a].size() > by_sign[b].size();
  });
  std::string text = fmt::format(
      "# Mistakes{}, by what one sees\n\nMade by `scripts/workshop guide` from the headers in "
      "`solutions/{}/mistakes`. The sign is the first line of the failure; below it, by {}, the "
      "test that is red, what was done, and what to ask. *assertion* is a test that has no "
      "story.\n",
      one ? " of lab " + labs.front().lab.padded_number() : "",
      one ? labs.front().lab.folder.filename().string() : "*", one ? "step" : "lab");
  if (!one) {
    text += "\nThose of one lab:";
    for (const auto& each : labs) {
      text += fmt::format(" [{0}](mistakes-{0}.md)", each.lab.padded_number());
    }
    text += "\n";
  }
  for (const auto& sign : signs) {
    const auto& rows = by_sign[sign];
    text += fmt::format(
        "\n## {} ({})\n\n| {} | the red test | what was done | ask |\n|---|---|---|---|\n", sign,
        protocol::counted(rows.size(), "mistake"), one ? "step" : "lab");
    for (const auto& row : rows) {
      const auto& header = row.mistake->header;
      text += fmt::format("| {} | {} | {} (`{}`) | {} |\n", row.place, cell_of(header.caught_by),
                          cell_of(header.mistake), row.mistake->name, cell_of(header.ask));
    }
  }
  return text;
}

}  // namespace workshop::runner
