#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "world/generated.hpp"
#include "world/situations.hpp"

using namespace comparison;

namespace {

// The pages, roughly in the order of how many people use what they are about.
const std::vector<std::string> kPages = {
    "kafka",       "idempotency-keys", "service-bus", "temporal", "debezium",  "nservicebus",
    "masstransit", "jetstream",        "watermill",   "cap",      "wolverine", "polling-relay"};

std::string name_of_product(const std::string& page) {
  const auto text = read_file(page + "/README.md");
  const auto end = text.find('\n');
  return text.substr(2, std::min(end, text.find(':')) - 2);
}

std::string trimmed(std::string cell) {
  while (!cell.empty() && cell.front() == ' ') cell.erase(0, 1);
  while (!cell.empty() && cell.back() == ' ') cell.pop_back();
  return cell;
}

// The rows of a page's table: the cells of its first two columns.
std::vector<std::pair<std::string, std::string>> first_columns(const std::string& page) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::istringstream lines(written_part_of(page + "/README.md"));
  for (std::string line; std::getline(lines, line) && line.starts_with('|');) {
    std::istringstream cells(line.substr(1));
    std::string situation;
    std::string verdict;
    std::getline(cells, situation, '|');
    std::getline(cells, verdict, '|');
    rows.emplace_back(trimmed(situation), trimmed(verdict));
  }
  return rows;
}

std::string in_short(const std::string& verdict) {
  if (verdict.starts_with("holds")) return "holds";
  const auto end = verdict.find("**", 2);
  return verdict.starts_with("**") ? "**" + verdict.substr(2, end) : verdict;
}

std::string overview() {
  std::string table = "| |";
  std::string rule = "|---|";
  for (const auto situation : kSituations) {
    table += fmt::format(" {} |", name_of(situation));
    rule += "---|";
  }
  table += "\n" + rule + "\n";
  for (const auto& page : kPages) {
    const auto rows = first_columns(page);
    REQUIRE(rows.size() == kSituations.size() + 2);
    table += fmt::format("| [{}]({}/README.md): {} |", name_of_product(page), page, rows[0].second);
    for (std::size_t i = 2; i < rows.size(); ++i) table += " " + in_short(rows[i].second) + " |";
    table += "\n";
  }
  return table;
}

}  // namespace

TEST_CASE("the comparison's first page shows the verdicts of all others", "[overview]") {
  check_part("README.md", overview());
}
