#include "workshop/testing/explored.hpp"

#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "workshop/explore/story.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

// How `workshop replay` names what this program is: "8 --solution" of lab08_solution; empty when it is no lab's.
std::string replay_of_program;

std::string replay_of(std::string_view program) {
  constexpr std::string_view kMistake = "_mistake_";
  if (!program.starts_with("lab")) return {};
  program.remove_prefix(3);
  const auto digits = std::min(program.find_first_not_of("0123456789"), program.size());
  auto words = std::string(program.substr(0, digits));
  words.erase(0, words.find_first_not_of('0'));
  program.remove_prefix(digits);
  if (program == "_solution") words += " --solution";
  if (program.starts_with(kMistake)) {
    words += " --mistake " + std::string(program.substr(kMistake.size()));
  }
  return words;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

explore::StoryOptions story_options() {
  explore::StoryOptions options;
  const auto columns = std::atoi(environment("COLUMNS").c_str());
  if (columns >= 60) options.width = static_cast<std::size_t>(columns);
  options.ascii = !environment("WORKSHOP_ASCII").empty();
  if (!replay_of_program.empty()) {
    options.replay_command = "scripts/workshop replay " + replay_of_program;
  }
  return options;
}

// Tells the explorer which test runs, and which schedule to replay.
class SessionListener final : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& info) override {
    replay_of_program = replay_of(std::string_view(info.name.data(), info.name.size()));
    auto& session = explore::session();
    if (auto schedule = environment("WORKSHOP_REPLAY"); !schedule.empty()) {
      session.replay = std::move(schedule);
    }
  }

  // Once for each run of the test case, of which sections make several.
  void testCasePartialStarting(const Catch::TestCaseInfo& info, std::uint64_t part) override {
    auto& session = explore::session();
    session.test_name = info.name + "/" + std::to_string(part);
    session.explorations_count = 0;
  }
};

CATCH_REGISTER_LISTENER(SessionListener)

}  // namespace

std::optional<std::string> judge(const explore::Verdict& verdict) {
  if (verdict.skipped) SKIP("another exploration's schedule is replayed");
  if (verdict.failure) {
    auto options = story_options();
    if (verdict.replayed) {
      options.replayed = true;
      options.lines_max = 1000;  // who replays wants to see all of it
    }
    auto story = explore::story_of(*verdict.failure, options);
    if (verdict.replayed) report_replay(story);
    if (verdict.holds()) return std::nullopt;
    report_violation(verdict.failure->violation->name, story, verdict.failure->schedule);
    return story;
  }
  auto summary = verdict.report.to_string();
  report_exploration(summary);
  if (verdict.report.ended == explore::Ended::exhausted) return std::nullopt;
  return summary + ": the search is not complete, so this is no proof";
}

}  // namespace workshop::testing
