#include "workshop/explore/drivers/determinism.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/machine_time.hpp"

namespace workshop::explore {
namespace {

// One step as it was the first time.
struct Recorded {
  Choice chosen;
  OperationKind kind = OperationKind::point;
  std::uint64_t arguments = 0;
  std::uint64_t outcome = 0;
  std::uint64_t digest = 0;
  std::size_t depth = 0;
};

// A year and more, so that each part of a date and of a time of day is another one.
constexpr std::chrono::seconds kLater = std::chrono::days(400) + std::chrono::hours(7) +
                                        std::chrono::minutes(13) + std::chrono::seconds(11);

constexpr std::string_view kByTheClock =
    "it goes by the machine's clock, which was a year later the other time: what another delivery "
    "must find again comes from the message and the store; time comes from the context";

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-'; }

// The word in which two texts begin to differ: "1734" of "balance: 1734}".
std::string word_at(const std::string& text, std::size_t at) {
  auto begin = std::min(at, text.size());
  while (begin > 0 && is_word(text[begin - 1])) --begin;
  auto end = begin;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(begin, end - begin);
}

std::optional<long long> number_in(const std::string& word) {
  long long number = 0;
  const auto* end = word.data() + word.size();
  const auto [read, error] = std::from_chars(word.data(), end, number);
  if (error != std::errc{} || read != end) return std::nullopt;
  return number;
}

// What two ways to do one step look like: counters count on a little; clocks, addresses and what is
// drawn at random are far apart.
std::string_view suspected(const std::string& one, const std::string& other) {
  const auto differ = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  const auto at = static_cast<std::size_t>(differ.first - one.begin());
  const auto first = word_at(one, at);
  const auto second = word_at(other, at);
  constexpr long long kLittle = 100'000;
  const auto a = number_in(first);
  const auto b = number_in(second);
  if (a && b && std::max(*a, *b) < kLittle) {
    return "a number that goes on from run to run is mostly kept in a static, a global or an "
           "object outside of the handler; what must last belongs into the store";
  }
  if ((a && b) || (first.size() >= 16 && second.size() >= 16)) {
    return "that looks like a clock, an address, or an id or number drawn at random: time, ids and "
           "randomness must come from the context";
  }
  return NonDeterministic::kMostly;
}

class DoubleRun {
 public:
  explicit DoubleRun(const Scenario& scenario) : scenario_(&scenario) {}

  // Both worlds live until the end, so that nothing of the second one has the address that it has
  // in the first one: a handler that goes by addresses shows.
  void check() {
    try {
      const auto count = scenario_->messages.size();
      Execution first(*scenario_, count);
      pass(first);
      again_ = true;
      Execution second(*scenario_, count);
      const MovedMachineTime later(kLater);
      pass(second);
    } catch (const NonDeterministic& error) {
      throw in_words(error);
    }
  }

 private:
  // The first schedule, and from each of its states the way on after a crash.
  void pass(Execution& execution) {
    const bool crashes =
        scenario_->bounds.faults_max > 0 && scenario_->bounds.faults.contains(Fault::crash);
    // Without a crash first: an endless loop that needs none is told without one.
    while (crashes && execution.depth() < scenario_->bounds.steps_max && go_on(execution)) {
    }
    execution.return_to(0);
    for (std::uint32_t i = 0; i < scenario_->bounds.steps_max; ++i) {
      if (crashes) crash_here(execution);
      if (!go_on(execution)) return;
    }
  }

  void crash_here(Execution& execution) {
    const auto depth = execution.depth();
    const auto& choices = execution.choices({1, 0});
    const auto crash = std::find_if(choices.begin(), choices.end(), [](const Choice& choice) {
      return choice.decision == Decision::crash;
    });
    if (crash == choices.end() || execution.broken()) return;
    take(execution, *crash);
    while (execution.depth() < scenario_->bounds.steps_max && go_on(execution)) {
    }
    execution.return_to(depth);
  }

  bool go_on(Execution& execution) {
    if (execution.broken()) return false;
    const auto& choices = execution.choices({});
    if (choices.empty()) return false;
    take(execution, choices.front());
    return true;
  }

  void take(Execution& execution, const Choice chosen) {
    execution.take(chosen);
    const auto& world = execution.world();
    const auto& step = world.last_step();
    const Recorded now{chosen,       step.choice.kind, step.arguments,
                       step.outcome, world.digest(),   world.depth()};
    if (!again_) {
      recorded_.push_back(now);
    } else {
      // A schedule that is longer, or shorter, than before has differed in its last digest.
      if (at_ < recorded_.size()) compare(recorded_[at_], now);
      ++at_;
    }
  }

  // More runs of the first schedule, in words: whatever it is that differs mostly does so again,
  // and what it looks like then is the reason that is given; the clock, if it needs a later one.
  NonDeterministic in_words(const NonDeterministic& error) const {
    try {
      const auto one = steps_in_words();
      for (const auto later : {std::chrono::seconds(0), kLater}) {
        const MovedMachineTime moved(later);
        const auto other = steps_in_words();
        const auto differ = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
        if (differ.first == one.end() || differ.second == other.end()) continue;
        return NonDeterministic(
            fmt::format("{}: once \"{}\", once \"{}\"", error.difference(), *differ.first,
                        *differ.second),
            later.count() > 0 ? kByTheClock : suspected(*differ.first, *differ.second));
      }
      return error;
    } catch (const std::exception&) {
      return error;
    }
  }

  std::vector<std::string> steps_in_words() const {
    Execution told(*scenario_, scenario_->messages.size());
    told.narrate();
    std::vector<std::string> steps;
    while (steps.size() < scenario_->bounds.steps_max && !told.broken()) {
      const auto& choices = told.choices({});
      if (choices.empty()) break;
      told.take(Choice(choices.front()));
      const auto& words = *told.world().last_step().words;
      steps.push_back(words.what + words.outcome);
    }
    return steps;
  }

  void compare(const Recorded& before, const Recorded& now) const {
    const bool same_question = before.kind == now.kind && before.arguments == now.arguments &&
                               before.chosen == now.chosen && before.depth == now.depth;
    if (same_question && before.outcome == now.outcome && before.digest == now.digest) return;
    const auto* what = !same_question                  ? "what it asks for"
                       : before.outcome != now.outcome ? "what it got"
                                                       : "what followed";
    throw NonDeterministic(fmt::format(
        "process '{}' did not do the same in two runs of one schedule: step {}, {}, differed in {}",
        scenario_->processes[before.chosen.process].name, before.depth, name_of(before.kind),
        what));
  }

  const Scenario* scenario_;
  std::vector<Recorded> recorded_;
  bool again_ = false;
  std::size_t at_ = 0;
};

}  // namespace

void check_determinism(const Scenario& scenario) { DoubleRun(scenario).check(); }

}  // namespace workshop::explore
