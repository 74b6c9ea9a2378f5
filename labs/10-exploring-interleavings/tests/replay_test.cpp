#include <algorithm>
#include <ranges>
#include <vector>

#include "judged.hpp"
#include "saboteurs.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// The failing execution that step 1's exploration has found for this handler.
explore::Trace failure_of(PaymentsHandler handler) {
  const auto verdict = explore_payments(handler);
  if (verdict.skipped || verdict.replayed) SKIP("a schedule is replayed");
  if (verdict.holds()) {
    FAIL(
        "there is no schedule to replay: step 1 does not find this bug yet\n"
        "  the exploration says: "
        << verdict.report.to_string());
  }
  return *verdict.failure;
}

std::size_t deciding_step_of(const explore::Trace& trace) {
  const auto found = std::find_if(trace.steps.begin(), trace.steps.end(),
                                  [](const explore::TraceStep& step) { return step.deciding; });
  INFO("a failure has a step that decided it");
  REQUIRE(found != trace.steps.end());
  return static_cast<std::size_t>(found - trace.steps.begin());
}

const std::vector<PaymentsHandler>& planted_bugs() {
  static const std::vector<PaymentsHandler> bugs = {&planted_bug_1, &planted_bug_2, &planted_bug_3,
                                                    &planted_bug_4, &planted_bug_5};
  return bugs;
}

}  // namespace

TEST_CASE("a replay says what broke and which step of which handler decided it", "[step2]") {
  for (const auto bug : planted_bugs()) {
    const auto failure = failure_of(bug);
    const auto& deciding = failure.steps.at(deciding_step_of(failure));
    CAPTURE(failure.schedule);
    const auto finding = replay(bug, failure.schedule);
    REQUIRE(finding.broken == failure.violation->name);
    REQUIRE(finding.step == deciding.text());
    REQUIRE(finding.handler == failure.processes.at(deciding.process));
    REQUIRE(finding.left_schedule == "");
  }
}

TEST_CASE("a replay tells the deciding handler also when another one began", "[.exam]") {
  // The failure is what one handler does to m2, after it has handled m1. Here the first handler
  // only takes m1, and the second one does the rest.
  const auto saboteur = saboteurs(Sabotage::booked_twice).back();
  auto schedule = explore::Schedule::parse(failure_of(saboteur.handler).schedule);
  CAPTURE(saboteur.name, schedule.to_string());
  const auto receives = [](const explore::ScheduledStep& step) {
    return step.kind == explore::OperationKind::receive;
  };
  const auto first = std::ranges::find_if(schedule.steps, receives);
  REQUIRE(first != schedule.steps.end());
  const auto second = std::find_if(first + 1, schedule.steps.end(), receives);
  REQUIRE(second != schedule.steps.end());
  schedule.steps.erase(first + 1, second);
  for (auto& step : std::ranges::subrange(schedule.steps.begin() + 1, schedule.steps.end())) {
    step.process = 'B';
  }
  const auto finding = replay(saboteur.handler, schedule.to_string());
  CHECK(finding.left_schedule == "");
  CHECK(finding.broken == "duplicate effect");
  CHECK(finding.handler == "payments-2");
}

TEST_CASE("a replay says what broke, whatever it was", "[.exam]") {
  using enum Sabotage;
  for (const auto kind : {not_booked, no_event, new_contents, early, left_behind, copy_booked,
                          given_up, never_done}) {
    for (const auto& saboteur : saboteurs(kind)) {
      const auto failure = failure_of(saboteur.handler);
      CAPTURE(saboteur.name, failure.schedule);
      const auto finding = replay(saboteur.handler, failure.schedule);
      CHECK(finding.broken == failure.violation->name);
      REQUIRE(finding.left_schedule == "");
    }
  }
}

TEST_CASE("a schedule cut off before the step that decided it breaks nothing", "[step2]") {
  const auto failure = failure_of(&planted_bug_1);
  auto schedule = explore::Schedule::parse(failure.schedule);
  schedule.steps.resize(deciding_step_of(failure));
  const auto whole = replay(&planted_bug_1, failure.schedule);
  const auto cut = replay(&planted_bug_1, schedule.to_string());
  REQUIRE(whole.broken == failure.violation->name);
  REQUIRE(whole.left_schedule == "");  // it was followed to its end
  REQUIRE(cut.left_schedule == "");    // so was this one, and the execution went on after its end
  REQUIRE(cut.broken == "");
  REQUIRE(cut.step == "");
  REQUIRE(cut.handler == "");
}

TEST_CASE("a replay with a handler that goes another way says where it left", "[step2]") {
  const auto failure = failure_of(&planted_bug_5);
  CAPTURE(failure.schedule);
  const auto finding = replay(&correct_handler, failure.schedule);
  REQUIRE(finding.broken == "");
  REQUIRE(finding.left_schedule != "");
}

TEST_CASE("a replay that left its schedule still says what broke", "[step2]") {
  const auto failure = failure_of(&planted_bug_5);
  const auto books_twice = saboteurs(Sabotage::booked_twice).front().handler;
  CAPTURE(failure.schedule);
  const auto finding = replay(books_twice, failure.schedule);
  REQUIRE(finding.left_schedule != "");
  REQUIRE(finding.broken != "");  // by whichever name the exploration finds it
  REQUIRE(finding.step != "");
}

TEST_CASE("what is no schedule is refused", "[step2]") {
  REQUIRE_THROWS_AS(replay(&correct_handler, "it failed yesterday"), InvalidRequest);
}

TEST_CASE("what is no schedule is refused, also when it is empty", "[step2]") {
  CHECK_THROWS_AS(replay(&correct_handler, ""), InvalidRequest);
  CHECK_THROWS_AS(replay(&correct_handler, "no schedule"), InvalidRequest);
}
