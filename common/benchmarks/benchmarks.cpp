// Measures the kit's engines in one run: against comparable software, and how their costs grow.
// docs/performance.md is made from what it writes, by scripts/performance-page.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <string>
#include <string_view>

#include "figures.hpp"

using namespace workshop::benchmarks;

namespace {

constexpr std::string_view kUsage =
    "usage: benchmarks [--only broker|durable|processor|inbox|memory|growth|explorer]\n"
    "                  [--share 0.1] [--rounds 5] [--folder <on the disk that is measured>] "
    "[--json <file>]\n";

}  // namespace

int main(int argc, char** argv) {
  Plan plan;
  std::string only;
  std::string json;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--only") only = argv[i + 1];
    if (option == "--share") plan.share = std::atof(argv[i + 1]);
    if (option == "--rounds") plan.rounds = std::max(1, std::atoi(argv[i + 1]));
    if (option == "--folder") plan.folder = argv[i + 1];
    if (option == "--json") json = argv[i + 1];
  }
  if (argc % 2 == 0 || plan.share <= 0) {
    fmt::print(stderr, "{}", kUsage);
    return EXIT_FAILURE;
  }
  try {
    Figures figures;
    if (only.empty() || only == "broker") measure_broker(figures, plan);
    if (only.empty() || only == "durable") measure_durable_handling(figures, plan);
    if (only.empty() || only == "processor") measure_processor_of_handling(figures, plan);
    if (only.empty() || only == "inbox") measure_inbox(figures, plan);
    if (only.empty() || only == "memory") measure_memory(figures, plan);
    if (only.empty() || only == "growth") measure_growth(figures, plan);
    if (only.empty() || only == "explorer") measure_explorer(figures, plan);
    if (!json.empty()) std::ofstream(json) << figures.json() << '\n';
  } catch (const std::exception& error) {
    fmt::print(stderr, "benchmarks: {}\n", error.what());
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
