#include "workshop/runner/commands/lab_options.hpp"

#include <CLI/CLI.hpp>

namespace workshop::runner {

void add_lab_options(CLI::App& app, LabOptions& options) {
  app.add_option("lab", options.lab, "The lab: 8, 08 or 08-identity-deduplication")->required();
  auto* solution =
      app.add_flag("--solution", options.variant.solution, "Its solution instead of your code");
  app.add_option("--mistake", options.variant.mistake, "One of its typical mistakes instead")
      ->excludes(solution);
  app.add_option("--timeout", options.timeout_s, "Seconds that the tests may take (60)")
      ->check(CLI::PositiveNumber);
  app.add_option("--preset", options.preset, "The preset to build with (dev)");
}

}  // namespace workshop::runner
