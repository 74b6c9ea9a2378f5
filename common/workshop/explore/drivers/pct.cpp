#include "workshop/explore/drivers/pct.hpp"

#include <utility>

namespace workshop::explore {

PctPriorities::PctPriorities(RandomNumbers& random, std::uint32_t depth,
                             std::size_t processes_count, std::uint32_t steps_expected) {
  // Initial priorities lie above all that a change gives.
  const auto changes_count = depth > 0 ? depth - 1 : 0;
  for (std::size_t i = 0; i < processes_count; ++i) priorities_.push_back(changes_count + i);
  for (std::size_t i = processes_count; i > 1; --i) {
    std::swap(priorities_[i - 1], priorities_[random.below(i)]);
  }
  for (std::uint32_t i = 0; i < changes_count; ++i) {
    change_steps_.push_back(random.below(steps_expected));
  }
}

const Choice& PctPriorities::highest_of(const std::vector<Choice>& choices) const {
  const Choice* best = nullptr;
  for (const auto& choice : choices) {
    if (is_fault(choice.decision)) continue;
    if (best == nullptr || priorities_[choice.process] > priorities_[best->process]) {
      best = &choice;
    }
  }
  return *best;
}

const Choice& PctPriorities::choose(const std::vector<Choice>& choices, std::uint64_t step) {
  for (std::size_t i = 0; i < change_steps_.size(); ++i) {
    if (change_steps_[i] == step) priorities_[highest_of(choices).process] = i;
  }
  return highest_of(choices);
}

}  // namespace workshop::explore
