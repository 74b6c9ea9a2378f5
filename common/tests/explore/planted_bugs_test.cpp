#include "planted_bugs.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "workshop/core/sanitized.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/story/story.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/protocol/variables.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

constexpr double kSlack = WORKSHOP_SANITIZED ? 30 : 1;
constexpr double kCpuMax_ms = 50;

double cpu_ms() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

const PlantedBug& any_bug() {
  return planted_bugs()[GENERATE(range(std::size_t{0}, planted_bugs().size()))];
}

// A plain depth-first search over a world, which remembers no states and leaves nothing out. It
// finds the depth of the shallowest failure above `depth_max`, or nothing when there is none.
class PlainSearch {
 public:
  PlainSearch(const Scenario& scenario, std::size_t messages_count)
      : execution_(scenario, messages_count) {}

  std::optional<std::size_t> shallowest(const Budget& budget, std::size_t depth_max) {
    best_.reset();
    below_ = depth_max;
    visit(budget);
    return best_;
  }

 private:
  void visit(const Budget& budget) {
    const auto depth = execution_.depth();
    std::vector<Choice> choices;
    if (!execution_.broken()) {
      execution_.choices(budget, false, choices);
      if (choices.empty()) execution_.judge_rest();
    }
    if (execution_.broken()) {
      if (!best_ || depth < *best_) best_ = depth;
      return;
    }
    if (depth + 1 >= below_) return;
    for (const auto& choice : choices) {
      execution_.take(choice);
      visit({budget.faults - choice.faults, budget.preemptions - choice.preemptions});
      execution_.return_to(depth);
    }
  }

  Execution execution_;
  std::optional<std::size_t> best_;
  std::size_t below_ = 0;
};

std::filesystem::path story_file(const PlantedBug& bug) {
  const auto number = &bug - planted_bugs().data() + 1;
  const auto digits = (number < 10 ? "0" : "") + std::to_string(number);
  return std::filesystem::path(WORKSHOP_STORIES) / (digits + "-" + std::string(bug.name) + ".txt");
}

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("there are bugs of every kind of fault, and of none") {
  CHECK(planted_bugs().size() >= 25);
  std::set<std::string_view> names;
  for (const auto& bug : planted_bugs()) names.insert(bug.name);
  CHECK(names.size() == planted_bugs().size());
  for (const auto fault : {Fault::crash, Fault::duplicate, Fault::reorder, Fault::lease_expiry,
                           Fault::refused, Fault::unanswered, Fault::outage, Fault::busy}) {
    const auto count = std::count_if(planted_bugs().begin(), planted_bugs().end(),
                                     [&](const auto& bug) { return bug.needs.contains(fault); });
    CAPTURE(static_cast<int>(fault));
    CHECK(count >= 3);
  }
}

TEST_CASE(
    "every planted bug is found under its name in less than 50 ms, and by the faults it needs") {
  const auto& bug = any_bug();
  CAPTURE(bug.name);
  auto scenario = bug.scenario();
  explore::explore(scenario);  // the first one opens SQLite for all
  const auto began = cpu_ms();
  const auto verdict = explore::explore(scenario);
  const auto took_ms = cpu_ms() - began;
  REQUIRE(verdict.failure);
  INFO(verdict.failure->schedule);
  CHECK(verdict.failure->violation->name == bug.found_as);
  CHECK(verdict.shortest);
  CHECK(took_ms < kCpuMax_ms * kSlack);

  if (bug.needs.empty()) return;
  scenario.bounds.faults = {};
  const auto without = explore::explore(scenario);
  INFO((without.failure ? without.failure->schedule : std::string()));
  CHECK(without.holds());
  CHECK(without.report.ended == Ended::exhausted);
}

TEST_CASE("no planted bug shows in fewer messages, a smaller budget or fewer steps") {
  const auto& bug = any_bug();
  CAPTURE(bug.name);
  const auto scenario = bug.scenario();
  const auto verdict = explore::explore(scenario);
  REQUIRE(verdict.failure);
  const auto found = verdict.report.bounds;
  const auto messages = verdict.report.messages_count;
  // A livelock is judged by the fair run that follows an execution that was too long.
  const bool livelock = bug.found_as == failure::kLivelock;
  const auto steps = Schedule::parse(verdict.failure->schedule).steps.size();
  const std::size_t all = scenario.bounds.steps_max;

  auto fewer = scenario;  // with fewer messages, and all other budgets
  fewer.messages.resize(messages - (messages > 0 ? 1 : 0));
  if (fewer.messages.size() >= scenario.messages_min && messages > 0 && !fewer.messages.empty()) {
    CHECK(explore::explore(fewer).holds());
  }
  PlainSearch search(scenario, messages);
  for (std::uint32_t f = 0; f <= found.faults_max + found.preemptions_max; ++f) {
    for (std::uint32_t p = 0; f + p <= found.faults_max + found.preemptions_max; ++p) {
      if (f + p == found.faults_max + found.preemptions_max) continue;
      CAPTURE(f, p);
      CHECK_FALSE(search.shallowest({f, p}, livelock ? steps : all));
    }
  }
  const auto shallowest =
      search.shallowest({found.faults_max, found.preemptions_max}, steps + (livelock ? 0 : 1));
  if (livelock) {
    CHECK_FALSE(shallowest);
  } else {
    CHECK(shallowest == steps);
  }
}

// To write the stories again, after an intended change of their wording:
//   WORKSHOP_UPDATE_STORIES=1 build/kit/common/tests/explore/common_planted_bugs
TEST_CASE("the story of every planted bug reads as it is kept in stories/") {
  const auto& bug = any_bug();
  CAPTURE(bug.name);
  const auto verdict = explore::explore(bug.scenario(), "beef");
  REQUIRE(verdict.failure);
  StoryOptions options;
  options.replay_command = "replay";
  const auto story = story_of(*verdict.failure, options) + "\n";
  const auto file = story_file(bug);
  if (process::environment_if_set(protocol::variable::kUpdateStories)) {
    std::ofstream(file, std::ios::binary) << story;
  }
  INFO(file.string() << ": see above this test for how to write it anew");
  CHECK(story == read(file));
}

TEST_CASE("no story is kept that no planted bug tells") {
  std::set<std::filesystem::path> told;
  for (const auto& bug : planted_bugs()) told.insert(story_file(bug));
  for (const auto& entry : std::filesystem::directory_iterator(WORKSHOP_STORIES)) {
    CAPTURE(entry.path().string());
    CHECK(told.contains(entry.path()));
  }
}
