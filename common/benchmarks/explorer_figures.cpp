#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "reference_space.hpp"
#include "workshop/explore/explorer.hpp"

using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

// Explores `scenario` `runs` times and prints counts and the median time. Returns false when it was
// not explored completely, or does not hold.
bool print_figures(int runs, std::string_view name, Scenario scenario) {
  scenario.bounds.time_max = std::chrono::minutes{4};  // a busy machine must not decide
  std::vector<double> milliseconds;
  Verdict verdict;
  for (int run = 0; run < runs; ++run) {
    verdict = explore(scenario);
    milliseconds.push_back(static_cast<double>(verdict.report.duration.count()) / 1000.0);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto& counts = verdict.report.counts;
  fmt::print("{:<46} {:>9} {:>9} {:>9} {:>9} {:>9.1f}\n", name, counts.executions_count,
             counts.states_count, counts.pruned_count, counts.steps_count,
             milliseconds[milliseconds.size() / 2]);
  return verdict.holds() && verdict.report.ended == Ended::exhausted;
}

Scenario without_reduction(Scenario scenario) {
  scenario.search.prune_by_digest = false;
  scenario.bounds.preemptions_max = kUnlimitedPreemptions;
  scenario.bounds.faults_max = 0;
  return scenario;
}

Scenario with_all_faults(Scenario scenario) {
  scenario.bounds.faults = Faults::all();
  return scenario;
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  fmt::print("{:<46} {:>9} {:>9} {:>9} {:>9} {:>9}\n", fmt::format("space (median of {})", runs),
             "executions", "states", "pruned", "steps", "ms");
  bool complete = true;
  complete &= print_figures(runs, "two coroutines of 7 points, no reduction", pure(2, 7));
  complete &= print_figures(runs, "two coroutines of 6 points, no reduction", pure(2, 6));
  complete &= print_figures(runs, "outbox, 2 messages, 2 accounts, no reduction",
                            without_reduction(outbox(2, false)));
  complete &= print_figures(runs, "outbox, 2 messages, 1 account, no reduction",
                            without_reduction(outbox(2, true)));
  complete &= print_figures(runs, "outbox, 2 messages, faults 2, preemptions 2", outbox(2, true));
  complete &=
      print_figures(runs, "the same, every kind of fault", with_all_faults(outbox(2, true)));
  complete &= print_figures(runs, "outbox, 3 messages, faults 2, preemptions 2", outbox(3, true));
  return complete ? EXIT_SUCCESS : EXIT_FAILURE;
}
