#pragma once

#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <string>
#include <string_view>

#include "exploration.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/report.hpp"

/// What the tests of this lab require of an exploration. They fail as "not found" when it misses a
/// handler that breaks a promise, and as "no proof" when its verdict on a right handler proves
/// nothing.
namespace workshop::shop {

/// Whether a schedule is being replayed, this test's or another one's; its story is told then, and
/// nothing else is required.
inline bool replayed(const Verdict& verdict) {
  if (!verdict.skipped && !verdict.replayed) return false;
  testing::judge(verdict);
  SUCCEED("replayed");
  return true;
}

/// Requires that the exploration finds nothing wrong with the correct handler, once in each test.
/// One that condemns every handler finds each bug, and tells nothing.
inline void require_correct_holds() {
  static std::string holds_in;  // the test
  auto& session = explore::session();
  if (session.replay || session.further || holds_in == session.test_name) return;
  const auto before = session.explorations_count;
  const auto verdict = explore_payments(&correct_handler);
  session.explorations_count = before;  // the handler in question keeps the test's own tag
  if (verdict.holds()) {
    holds_in = session.test_name;
    return;
  }
  const auto text = fmt::format(
      "condemns the correct handler, so it may find whatever it is shown\n"
      "  the exploration says of correct_handler: {}",
      verdict.report.to_string());
  testing::report_violation("condemns the correct handler", text, "");
  FAIL(text);
}

/// Requires that the exploration finds a failure of this handler, and none of the correct one.
/// `what` says what the handler does.
inline Verdict require_found(PaymentsHandler handler, std::string_view what) {
  require_correct_holds();
  auto verdict = explore_payments(handler);
  if (replayed(verdict) || !verdict.holds()) return verdict;
  const auto text = fmt::format("not found: a handler that {}\n  the exploration says: {}", what,
                                verdict.report.to_string());
  testing::report_violation("not found", text, "");
  FAIL(text);
  return verdict;
}

/// The same; also prints what was found, and how to replay it.
inline void require_planted_found(PaymentsHandler handler, std::string_view what) {
  const auto verdict = require_found(handler, what);
  if (verdict.replayed || verdict.holds()) return;  // of a replay the story has been told
  const auto& failure = *verdict.failure;
  INFO("the schedule is to be replayed, so explore_in_test has to name it after this test");
  REQUIRE(failure.schedule.starts_with(explore::session().tag + ":"));
  testing::report_exploration(
      fmt::format("{}: {}", failure.violation->name, verdict.report.to_string()));
  testing::report_exploration(fmt::format("scripts/workshop replay 10 '{}'", failure.schedule));
  SUCCEED("found");
}

/// What an exploration without a failure lacks to be the required proof; "": nothing.
inline std::string lacks(const explore::Report& report) {
  std::string text;
  const auto add = [&text](std::string_view what) { text += fmt::format("\n  - {}", what); };
  const auto& bounds = report.bounds;
  if (report.ended != explore::Ended::exhausted)
    add("a bound ended it before it had seen everything");
  if (report.messages_count < 2) add("it has one payment: nothing is known of a second one");
  if (bounds.faults_max < 1 || bounds.faults.empty()) add("nothing ever goes wrong in it");
  if (bounds.preemptions_max < 1) add("no handler ever runs in the middle of another one");
  constexpr std::uint64_t kManyExecutions = 100'000;
  constexpr std::uint32_t kManySteps = 100;
  if (bounds.executions_max < kManyExecutions || bounds.steps_max < kManySteps)
    add("it gives up early when a handler takes more steps than this one");
  return text;
}

/// Requires that the exploration finds no failure of this handler, and that this is a proof.
inline void require_proof(PaymentsHandler handler) {
  const auto verdict = explore_payments(handler);
  if (replayed(verdict)) return;
  if (!verdict.holds()) FAIL(*testing::judge(verdict));
  const auto summary = verdict.report.to_string();
  const auto lacking = lacks(verdict.report);
  if (!lacking.empty()) {
    const auto text = fmt::format("this is no proof: \"{}\", for:{}", summary, lacking);
    testing::report_violation("no proof", text, "");
    FAIL(text);
  }
  testing::report_exploration(summary);
  SUCCEED("proven");
}

}  // namespace workshop::shop
