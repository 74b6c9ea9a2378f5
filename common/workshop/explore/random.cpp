#include "workshop/explore/random.hpp"

#include <algorithm>

#include "workshop/core/hash.hpp"

namespace workshop::explore {
namespace {

// SplitMix64: one number after the other from a seed, the same ones on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  // Of 0 to `bound` - 1. The bias of the remainder is below bound / 2^64.
  std::uint64_t below(std::uint64_t bound) {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_) % bound;
  }

 private:
  std::uint64_t state_;
};

bool is_fault(const Choice& choice) { return choice.faults > 0; }

// One execution's decisions: at which steps a fault happens, and who goes on else.
class Draw {
 public:
  Draw(std::uint64_t seed, const RandomOptions& options, std::size_t processes_count,
       std::uint32_t steps_expected)
      : random_(mix(seed)), by_priority_(options.pct_depth > 0) {
    const auto faults_count = random_.below(options.faults_max + 1);
    for (std::uint64_t i = 0; i < faults_count; ++i) {
      fault_steps_.push_back(random_.below(steps_expected));
    }
    // Initial priorities lie above all that a change gives.
    const auto changes_count = by_priority_ ? options.pct_depth - 1 : 0;
    for (std::size_t i = 0; i < processes_count; ++i) priorities_.push_back(changes_count + i);
    for (std::size_t i = processes_count; i > 1; --i) {
      std::swap(priorities_[i - 1], priorities_[random_.below(i)]);
    }
    for (std::uint32_t i = 0; i < changes_count; ++i) {
      change_steps_.push_back(random_.below(steps_expected));
    }
  }

  const Choice& choose(const std::vector<Choice>& choices, std::uint64_t step) {
    const auto faults_now = std::count(fault_steps_.begin(), fault_steps_.end(), step);
    if (faults_now > 0) {
      const auto count = std::count_if(choices.begin(), choices.end(), &is_fault);
      if (count > 0) return nth(choices, random_.below(static_cast<std::uint64_t>(count)), true);
    }
    const auto count = choices.size() - static_cast<std::size_t>(std::count_if(
                                            choices.begin(), choices.end(), &is_fault));
    if (count == 0) return choices[random_.below(choices.size())];
    if (!by_priority_) return nth(choices, random_.below(count), false);
    return by_priority(choices, step);
  }

 private:
  static const Choice& nth(const std::vector<Choice>& choices, std::uint64_t n, bool faults) {
    return *std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
      return is_fault(choice) == faults && n-- == 0;
    });
  }

  const Choice& by_priority(const std::vector<Choice>& choices, std::uint64_t step) {
    const auto highest = [&]() -> const Choice& {
      const Choice* best = nullptr;
      for (const auto& choice : choices) {
        if (is_fault(choice)) continue;
        if (best == nullptr || priorities_[choice.process] > priorities_[best->process]) {
          best = &choice;
        }
      }
      return *best;
    };
    for (std::size_t i = 0; i < change_steps_.size(); ++i) {
      if (change_steps_[i] == step) priorities_[highest().process] = i;
    }
    return highest();
  }

  Random random_;
  bool by_priority_;
  std::vector<std::uint64_t> fault_steps_;
  std::vector<std::uint64_t> priorities_;  // by process
  std::vector<std::uint64_t> change_steps_;
};

// Runs one execution to its end. Returns how many of its steps were chosen.
std::size_t run_one(World& world, const RandomOptions& options, Draw draw,
                    std::vector<Choice>& choices) {
  auto faults_left = options.faults_max;
  while (world.depth() < options.steps_max) {
    if (world.oracle().violation()) return world.depth();
    world.choices({faults_left, 7}, true, choices);
    if (choices.empty()) {
      world.judge_rest();
      return world.depth();
    }
    const auto choice = draw.choose(choices, world.depth());
    faults_left -= choice.faults;
    world.take(choice);
  }
  const auto chosen = world.depth();
  const auto fair_steps = fair_steps_of(options.steps_max);
  if (!world.run_fairly(fair_steps)) {
    world.judge_livelock(fair_steps);
  } else if (!world.oracle().violation()) {
    world.judge_rest();
  }
  return chosen;
}

}  // namespace

RandomResult explore_at_random(World& world, const RandomOptions& options) {
  RandomResult result;
  std::vector<Choice> choices;
  std::uint32_t steps_expected = 16;  // as long as the longest execution so far
  while (result.executions_count < options.executions_max) {
    world.return_to(0);
    const Draw draw(options.seed ^ mix(result.executions_count), options, world.processes().size(),
                    steps_expected);
    const auto chosen = run_one(world, options, draw, choices);
    ++result.executions_count;
    result.steps_count += world.depth();
    steps_expected = std::max(steps_expected, static_cast<std::uint32_t>(chosen));
    if (world.oracle().violation()) {
      auto& failing = result.failing.emplace();
      for (std::size_t i = 0; i < std::min(chosen, world.depth()); ++i) {
        const auto& step = world.step(i);
        failing.push_back({step.decision, step.process, step.index, step.kind, 0, 0});
      }
      break;
    }
    if (result.executions_count % 64 == 0 && std::chrono::steady_clock::now() >= options.deadline) {
      break;
    }
  }
  world.return_to(0);
  return result;
}

}  // namespace workshop::explore
