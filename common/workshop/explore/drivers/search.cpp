#include "workshop/explore/drivers/search.hpp"

#include <algorithm>

#include "workshop/explore/drivers/commutation.hpp"

namespace workshop::explore {
Search::Search(Execution& execution, SearchObserver observer, std::shared_ptr<SeenStates> seen)
    : execution_(&execution),
      observer_(std::move(observer)),
      seen_(seen ? std::move(seen) : std::make_shared<SeenStates>()) {}

Search::~Search() = default;

void Search::record_failure() {
  if (observer_.failed) observer_.failed(execution_->world());
  violation_ = execution_->violation();
  // What ran without faults after `steps_max` runs again by itself.
  failing_ = execution_->taken(fair_from_);
}

// The execution has come to rest, later than `steps_max` allows.
void Search::record_too_long(std::uint32_t steps_max) {
  if (execution_->broken() || execution_->depth() <= longest_steps_) return;
  longest_steps_ = execution_->depth();
  longest_ = execution_->taken(steps_max);
}

// The execution stands at a state that it has not been left from: is there anything to explore?
bool Search::arrive(const Limits& limits, const Budget& budget, bool shortening) {
  const auto depth = execution_->depth();
  fair_from_ = limits.steps_max;
  if (limits.prune) {
    const auto state = execution_->world().digest();
    const bool seen = shortening ? seen_->seen_by(state, budget, static_cast<std::uint32_t>(depth))
                                 : seen_->seen(state, budget);
    if (seen) {
      ++counts_.pruned_count;
      return false;
    }
  }
  if (frames_.size() <= depth) frames_.resize(depth + 1);
  auto& frame = frames_[depth];
  execution_->choices(budget, limits.free_preemptions, frame.choices);
  frame.next = 0;
  frame.budget = budget;
  frame.asleep = asleep_;
  if (frame.choices.empty()) {
    execution_->judge_rest();
    if (observer_.at_rest) observer_.at_rest(execution_->world());
    return false;
  }
  if (observer_.arrived) observer_.arrived(execution_->world());
  if (shortening && depth + 1 >= failing_.size()) return false;
  if (depth < limits.steps_max) return true;

  // Too long. It is no failure yet: from here on without faults, everyone in turn.
  cut_ = true;
  execution_->finish(limits.steps_max);
  record_too_long(limits.steps_max);
  return false;
}

// The next choice of a frame that is worth taking, if any.
const Choice* Search::next_choice(Frame& frame) {
  while (frame.next < frame.choices.size()) {
    const auto& choice = frame.choices[frame.next++];
    if (choice.decision != Decision::proceed || (frame.asleep >> choice.process & 1U) == 0) {
      return &choice;
    }
  }
  return nullptr;
}

// With sleep sets: what is asleep afterwards, and what will be for the choices after this one. An
// operation sleeps when all that follows it from here has been explored, until one comes that does
// not commute with it. Faults, time and rounds that begin or end wake everybody.
void Search::take(Frame& frame, const Choice& choice, const Limits& limits) {
  asleep_ = 0;
  const bool sleeping = limits.sleep_sets && !limits.prune && limits.free_preemptions;
  const auto& processes = execution_->world().processes();
  const auto& process = processes[choice.process];
  if (!sleeping || choice.decision != Decision::proceed || !process.running()) {
    execution_->take(choice);
    return;
  }
  const auto steps_count = process.state.steps_count;
  std::uint32_t asleep = 0;
  for (const auto& other : processes) {
    const auto bit = 1U << other.index;
    if ((frame.asleep & bit) == 0 || other.index == choice.process) continue;
    if (commutation_of(other.state.pending, process.state.pending).commute) asleep |= bit;
  }
  const auto index = choice.process;
  execution_->take(choice);
  const bool round_goes_on = process.running() && process.state.steps_count == steps_count + 1;
  if (!round_goes_on || execution_->broken()) return;
  asleep_ = asleep;
  frame.asleep |= 1U << index;
}

Ended Search::explore(const Limits& limits, bool shortening) {
  base_ = execution_->depth();
  asleep_ = 0;
  bool failed = false;
  cut_ = false;
  bool open = arrive(limits, limits.budget, shortening);
  std::size_t top = base_;
  for (;;) {
    if (!open) {  // an execution ends here
      ++counts_.executions_count;
      if (execution_->broken() && (!shortening || execution_->depth() < failing_.size())) {
        record_failure();
        failed = true;
        if (!shortening && observer_.stop_at_failure) return stop(Ended::failure);
      }
      if (counts_.executions_count >= limits.executions_max) return stop(Ended::executions_max);
      if (counts_.executions_count % 64 == 0) {
        if (std::chrono::steady_clock::now() >= limits.deadline) return stop(Ended::time_max);
        if (limits.stop != nullptr && *limits.stop) return stop(Ended::time_max);
      }
      if (execution_->depth() == base_) break;
      top = std::min(top, execution_->depth() - 1);
    }
    const Choice* choice = next_choice(frames_[top]);
    while (choice == nullptr && top > base_) choice = next_choice(frames_[--top]);
    if (choice == nullptr) break;
    execution_->return_to(top);
    auto& frame = frames_[top];
    const auto chosen = *choice;
    const Budget left{frame.budget.faults - chosen.faults,
                      frame.budget.preemptions - chosen.preemptions};
    take(frame, chosen, limits);
    ++counts_.steps_count;
    open = !execution_->broken() && arrive(limits, left, shortening);
    if (open) ++top;
  }
  counts_.states_count = seen_->size();
  return stop(failed ? Ended::failure : cut_ ? Ended::steps_max : Ended::exhausted);
}

Ended Search::stop(Ended ended) {
  execution_->return_to(base_);
  return ended;
}

Ended Search::run(const Limits& limits) { return explore(limits, false); }

bool Search::shorten(const Limits& limits) {
  seen_->forget_depths();
  const auto counts = counts_;
  const auto ended = explore(limits, true);
  counts_ = counts;  // of the search, not of its tidying up
  return ended != Ended::time_max && ended != Ended::executions_max;
}

}  // namespace workshop::explore
