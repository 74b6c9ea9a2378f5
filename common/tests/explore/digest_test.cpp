// Pruning is right only if a state's digest says all that the future depends on.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <string>
#include <vector>

#include "reference_space.hpp"
#include "workshop/core/hash.hpp"
#include "workshop/explore/drivers/execution.hpp"
#include "workshop/explore/drivers/random_numbers.hpp"
#include "workshop/explore/drivers/schedule.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

// What can follow a state in some steps, as one number: the choices, what they cost, and whether an
// invariant breaks. A sum, because processes of one group are interchangeable. Not the digests: the
// number of an attempt is part of what the attempt writes, and two copies of a message may have
// been received more often on one way than on the other.
std::uint64_t future_of(Execution& execution, int steps) {
  if (execution.broken()) return 1;
  if (steps == 0) return 0;
  std::vector<Choice> choices;
  execution.choices(kUnlimitedBudget, false, choices);
  const auto depth = execution.depth();
  std::uint64_t future = 0;
  for (const auto& choice : choices) {
    Digest after;
    after.add(static_cast<std::uint64_t>(choice.decision))
        .add(static_cast<std::uint64_t>(choice.kind))
        .add(choice.index)
        .add(choice.preemptions);
    if (choice.decision != Decision::advance_time) {
      after.add(execution.world().processes()[choice.process].spec.group);
    }
    execution.take(choice);
    after.add(future_of(execution, steps - 1));
    future += after.value();
    execution.return_to(depth);
  }
  return mix(future);
}

struct Known {
  std::uint64_t future = 0;
  std::vector<Choice> path;
};

std::string way_to(Execution& execution, const std::vector<Choice>& path) {
  execution.return_to(0);
  execution.take_all(path);
  return Schedule::of(execution.world(), "").to_string();
}

// Walks at random, and compares the futures of states with equal digests. Returns the two ways to
// the first such pair whose futures differ, or nothing.
std::string difference_in(const Scenario& scenario, std::size_t messages_count,
                          std::uint32_t walks_count) {
  Execution execution(scenario, messages_count);
  std::map<std::uint64_t, Known> known;
  RandomNumbers random(7);
  std::vector<Choice> choices;
  for (std::uint32_t walk = 0; walk < walks_count; ++walk) {
    execution.return_to(0);
    auto faults_left = scenario.bounds.faults_max;
    while (!execution.broken() && execution.depth() < scenario.bounds.steps_max) {
      execution.choices({kUnlimitedBudget.faults, kUnlimitedBudget.preemptions}, false, choices);
      if (choices.empty()) break;
      const auto future = future_of(execution, 2);
      const auto [place, is_new] = known.try_emplace(execution.world().digest(), Known{future, {}});
      if (is_new) place->second.path = execution.taken();
      if (place->second.future != future) {
        const auto second = execution.taken();
        return way_to(execution, place->second.path) + " and " + way_to(execution, second);
      }
      std::erase_if(choices, [&](const Choice& choice) { return choice.faults > faults_left; });
      if (choices.empty()) break;
      const auto& choice = choices[random.below(choices.size())];
      faults_left -= choice.faults;
      execution.take(choice);
    }
  }
  return {};
}

}  // namespace

TEST_CASE("states with the same digest have the same future", "[large]") {
  auto scenario = outbox(2, true);
  scenario.bounds.faults = Faults::all();
  CHECK(difference_in(scenario, 2, 100) == "");
}
