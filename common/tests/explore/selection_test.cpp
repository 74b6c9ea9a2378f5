#include "workshop/explore/story/selection.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

using namespace workshop;
using namespace workshop::explore;

// Which steps a story keeps, on traces made by hand.

namespace {

TraceStep step_at(const explore::Attempt& attempt, OperationKind kind) {
  TraceStep step;
  step.kind = kind;
  step.attempt = attempt;
  step.what = std::string(name_of(kind)) + " of " + attempt.label;
  return step;
}

}  // namespace

TEST_CASE("a story keeps who acknowledged a message that had failed, without doing anything") {
  Trace trace;
  trace.processes = {"a"};
  trace.violation = Violation{"lost effect", "all", "a message had no effect"};
  for (std::uint32_t number = 1; number <= 6; ++number) {
    const auto attempt = attempt_at("m2", number);
    trace.steps.push_back(step_at(attempt, OperationKind::receive));
    if (number == 6) {
      trace.steps.push_back(step_at(attempt, OperationKind::acknowledge));
      break;
    }
    trace.steps.push_back(step_at(attempt, OperationKind::load));
    trace.steps.back().facts.error = "Unavailable";
    trace.steps.back().deciding = number == 1;
    trace.steps.push_back(step_at(attempt, OperationKind::abandon));
  }
  const auto given_up = trace.steps.size() - 1;
  const auto last = attempt_at("m3", 1);
  for (const auto kind : {OperationKind::receive, OperationKind::load, OperationKind::save,
                          OperationKind::acknowledge}) {
    trace.steps.push_back(step_at(last, kind));
  }
  const auto kept = steps_to_print(trace, 12);
  REQUIRE(kept.size() == trace.steps.size());
  CHECK(kept[given_up]);
  CHECK(kept[given_up - 1]);  // its receive

  // Whoever does something there gives nothing up: a duplicate that cleans up, for instance.
  trace.steps[given_up - 1].kind = OperationKind::save;
  CHECK_FALSE(steps_to_print(trace, 8)[given_up]);
}
