#include "workshop/testing/explored.hpp"

#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
#include <cstdlib>
#include <string>

#include "workshop/explore/story.hpp"
#include "workshop/testing/report.hpp"

namespace workshop::testing {
namespace {

std::string lab_of_program;  // "8" of "lab08_solution"; empty when the program is no lab

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

explore::StoryOptions story_options() {
  explore::StoryOptions options;
  const auto columns = std::atoi(environment("COLUMNS").c_str());
  if (columns >= 60) options.width = static_cast<std::size_t>(columns);
  options.ascii = !environment("WORKSHOP_ASCII").empty();
  if (!lab_of_program.empty()) options.replay_command = "scripts/workshop replay " + lab_of_program;
  return options;
}

// Tells the explorer which test runs, and which schedule to replay.
class SessionListener final : public Catch::EventListenerBase {
 public:
  using EventListenerBase::EventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& info) override {
    const std::string name(info.name);
    if (name.starts_with("lab")) {
      lab_of_program = name.substr(3, name.find_first_not_of("0123456789", 3) - 3);
      lab_of_program.erase(0, lab_of_program.find_first_not_of('0'));
    }
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

void require_explored(const explore::Verdict& verdict) {
  if (verdict.skipped) SKIP("another exploration's schedule is replayed");
  if (verdict.replayed) {
    const auto story = explore::story_of(*verdict.failure, story_options());
    report_replay(story);
    if (verdict.holds()) {
      SUCCEED(story);
      return;
    }
    report_violation(verdict.failure->violation->name, story, verdict.failure->schedule);
    FAIL(story);
  }
  if (!verdict.holds()) {
    auto story = explore::story_of(*verdict.failure, story_options());
    report_violation(verdict.failure->violation->name, story, verdict.failure->schedule);
    FAIL(story);
  }
  const auto summary = verdict.report.to_string();
  report_exploration(summary);
  if (verdict.report.ended != explore::Ended::exhausted) {
    FAIL(summary << ": the search is not complete, so this is no proof");
  }
  SUCCEED(summary);
}

}  // namespace workshop::testing
