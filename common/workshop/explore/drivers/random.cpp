#include "workshop/explore/drivers/random.hpp"

#include <algorithm>

#include "workshop/explore/drivers/pct.hpp"
#include "workshop/explore/drivers/random_numbers.hpp"

namespace workshop::explore {
namespace {

bool costs_fault(const Choice& choice) { return choice.faults > 0; }

// One execution's decisions: at which steps a fault happens, and who goes on else.
class Draw {
 public:
  Draw(std::uint64_t seed, const RandomOptions& options, std::size_t processes_count,
       std::uint32_t steps_expected)
      : random_(mix(seed)),
        by_priority_(options.pct_depth > 0),
        fault_steps_(fault_steps(options, steps_expected)),
        priorities_(random_, options.pct_depth, processes_count, steps_expected) {}

  const Choice& choose(const std::vector<Choice>& choices, std::uint64_t step) {
    const auto faults_count =
        static_cast<std::uint64_t>(std::count_if(choices.begin(), choices.end(), &costs_fault));
    const bool fault_now =
        std::find(fault_steps_.begin(), fault_steps_.end(), step) != fault_steps_.end();
    if (fault_now && faults_count > 0) return nth(choices, random_.below(faults_count), true);
    const auto others_count = choices.size() - faults_count;
    if (others_count == 0) return choices[random_.below(choices.size())];
    if (by_priority_) return priorities_.choose(choices, step);
    return nth(choices, random_.below(others_count), false);
  }

 private:
  std::vector<std::uint64_t> fault_steps(const RandomOptions& options,
                                         std::uint32_t steps_expected) {
    std::vector<std::uint64_t> steps(random_.below(options.faults_max + 1));
    for (auto& step : steps) step = random_.below(steps_expected);
    return steps;
  }

  static const Choice& nth(const std::vector<Choice>& choices, std::uint64_t n, bool faults) {
    return *std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
      return costs_fault(choice) == faults && n-- == 0;
    });
  }

  RandomNumbers random_;
  bool by_priority_;
  std::vector<std::uint64_t> fault_steps_;
  PctPriorities priorities_;
};

// Runs one execution to its end. Returns how many of its steps were chosen.
std::size_t run_one(Execution& execution, const RandomOptions& options, Draw draw) {
  auto faults_left = options.faults_max;
  while (execution.depth() < options.steps_max) {
    if (execution.broken()) return execution.depth();
    const auto& choices = execution.choices({faults_left, kUnlimitedBudget.preemptions});
    if (choices.empty()) {
      execution.judge_rest();
      return execution.depth();
    }
    const auto choice = draw.choose(choices, execution.depth());
    faults_left -= choice.faults;
    execution.take(choice);
  }
  const auto chosen = execution.depth();
  execution.finish(options.steps_max);
  return chosen;
}

}  // namespace

RandomResult explore_at_random(Execution& execution, const RandomOptions& options) {
  RandomResult result;
  const auto processes_count = execution.world().processes().size();
  std::uint32_t steps_expected = 16;  // as long as the longest execution so far
  while (result.executions_count < options.executions_max) {
    execution.return_to(0);
    const Draw draw(options.seed ^ mix(result.executions_count), options, processes_count,
                    steps_expected);
    const auto chosen = run_one(execution, options, draw);
    ++result.executions_count;
    result.steps_count += execution.depth();
    steps_expected = std::max(steps_expected, static_cast<std::uint32_t>(chosen));
    if (execution.broken()) {
      result.failing = execution.taken(chosen);
      break;
    }
    if (result.executions_count % 64 == 0 && std::chrono::steady_clock::now() >= options.deadline) {
      break;
    }
  }
  execution.return_to(0);
  return result;
}

}  // namespace workshop::explore
