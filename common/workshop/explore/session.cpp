#include "workshop/explore/session.hpp"

#include <fmt/format.h>

#include "workshop/explore/further.hpp"

namespace workshop::explore {

Session& session() noexcept {
  static Session the_session;
  return the_session;
}

namespace {

// Another exploration than the one that is played does nothing, and neither does what comes after.
Verdict play(const Scenario& scenario, const std::string& tag) {
  auto& now = session();
  Verdict verdict;
  verdict.skipped = true;
  if (now.replay_matched || (now.replay && Schedule::parse(*now.replay).tag != tag)) return verdict;
  now.replay_matched = true;
  refuse_bad(scenario);
  now.play(scenario, tag);
  return verdict;
}

}  // namespace

Verdict explore_in_test(const Scenario& scenario) {
  auto& now = session();
  const auto tag = schedule_tag(fmt::format("{}/{}", now.test_name, now.explorations_count++));
  now.tag = tag;
  if (now.play) return play(scenario, tag);
  if (!now.replay && now.further) {
    auto verdict = explore_further(scenario, tag, *now.further);
    if (now.explored) now.explored(verdict);
    return verdict;
  }
  if (!now.replay) return explore(scenario, tag);

  Verdict verdict;
  const auto schedule = Schedule::parse(*now.replay);
  if (schedule.tag != tag) {
    verdict.skipped = true;
    return verdict;
  }
  now.replay_matched = true;
  refuse_bad(scenario);
  verdict.replayed = true;
  verdict.failure = follow(scenario, schedule, now.follow);
  return verdict;
}

}  // namespace workshop::explore
