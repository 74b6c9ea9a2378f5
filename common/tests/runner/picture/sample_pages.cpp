#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "explore/planted.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/picture/picture.hpp"
#include "workshop/runner/runs/pictures.hpp"

// Writes the pages that picture_test.mjs looks at into the folder that it is given: two for each
// kind of fault, of planted handlers that it breaks, joined with the right handler's run.

namespace workshop::explore::reference {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (!out) throw std::runtime_error("cannot write " + file.string());
}

Trace right_run(const Scenario& wrong, const std::string& schedule) {
  auto scenario = wrong;
  const auto right = outbox(static_cast<int>(scenario.messages.size()), true);
  scenario.processes = right.processes;
  return follow(scenario, Schedule::parse(schedule), {.loosely = true});
}

int write_pages(const std::filesystem::path& folder) {
  constexpr int kPagesOfEach = 2;
  std::map<std::string, int> written;
  int count = 0;
  for (const auto& planted : planted_handlers()) {
    if (planted.found_as.empty()) continue;
    auto scenario = planted_scenario(planted, 2, true);
    for (const auto& [fault, name] :
         {std::pair(Fault::crash, "crash"), std::pair(Fault::duplicate, "duplicate"),
          std::pair(Fault::lease_expiry, "lease"), std::pair(Fault::refused, "refused"),
          std::pair(Fault::unanswered, "unknown")}) {
      scenario.bounds.faults = Faults{fault};
      if (written[name] == kPagesOfEach) continue;
      auto verdict = explore(scenario, "beef");
      if (!verdict.failure) continue;
      verdict.failure->no_return = verdict.failure->find_no_return();
      ++written[name];
      const auto title = fmt::format("{}, {}", planted.name, name);
      const auto page = page_of(*verdict.failure, {title, "lab98", "scripts/workshop replay 98"});
      const auto right =
          page_of(right_run(scenario, verdict.failure->schedule),
                  {title, "lab98_solution", "scripts/workshop replay 98 --solution"});
      const auto both = runner::joined(page, right);
      if (!both) throw std::runtime_error("the pages do not join");
      write(folder / fmt::format("{:02}-{}.html", ++count, name), *both);
    }
  }
  return count;
}

}  // namespace
}  // namespace workshop::explore::reference

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "sample_pages FOLDER\n";
    return 2;
  }
  std::filesystem::remove_all(argv[1]);
  std::filesystem::create_directories(argv[1]);
  std::cout << workshop::explore::reference::write_pages(argv[1]) << " pages\n";
}
