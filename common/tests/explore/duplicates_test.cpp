#include "workshop/explore/story/duplicates.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>
#include <map>

#include "planted_bugs.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/picture/picture.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

TraceStep publish(std::string id, std::string body, std::string attempt) {
  TraceStep step;
  step.kind = OperationKind::publish;
  step.facts.messages = {
      {"Deposited", std::move(id), std::move(body), "events", std::move(attempt)}};
  return step;
}

// The last of these steps decides it.
Trace duplicate_effect_of(std::vector<TraceStep> steps) {
  Trace trace;
  trace.processes = {"accounts-1"};
  trace.steps = std::move(steps);
  trace.steps.back().deciding = true;
  trace.violation = Violation{std::string(failure::kDuplicateEffect),
                              "1 Deposited for Deposit m1, always under one id",
                              "2 different ids: receivers take them for 2 messages"};
  return trace;
}

}  // namespace

TEST_CASE("a duplicate effect names its other one, and no other failure does") {
  std::map<std::string, std::string> told;
  for (const auto& bug : planted_bugs()) {
    const auto trace = explore::explore(bug.scenario(), "beef").failure;
    REQUIRE(trace);
    const auto earlier = earlier_of_duplicate(*trace);
    const auto json = boost::json::parse(json_of(*trace, {}));
    for (const auto& step : json.at("steps").as_array()) {
      const bool has = step.as_object().contains("earlier");
      CHECK(has == (step.as_object().contains("deciding") && !earlier.empty()));
      if (has) CHECK(step.at("earlier").as_string() == earlier);
    }
    CAPTURE(bug.name, earlier);
    CHECK(earlier.empty() == (bug.found_as != failure::kDuplicateEffect));
    told[std::string(bug.name)] = earlier;
  }
  CHECK(told["random-event-id"] == "step 4 has sent it as m1#1.2");
  CHECK(told["event-of-the-attempt"] == "step 4 has sent it as d-m1#1.1");
  CHECK(told["no-deduplication"] == "it was deposited at step 3");
}

TEST_CASE("what has not left, or is no duplicate of it, is not named") {
  const auto again = publish("m1#2.2", "{1}", "m1#2");
  auto refused = publish("m1#1.2", "{1}", "m1#1");
  refused.decision = Decision::refused;
  refused.facts.error = "Unavailable";
  CHECK(earlier_of_duplicate(duplicate_effect_of({refused, again})).empty());
  auto unanswered = publish("m1#1.2", "{1}", "m1#1");
  unanswered.decision = Decision::unanswered_done;
  unanswered.facts.error = "OutcomeUnknown";
  CHECK(earlier_of_duplicate(duplicate_effect_of({unanswered, again})) ==
        "step 1 has sent it as m1#1.2");
  CHECK(
      earlier_of_duplicate(duplicate_effect_of({publish("m2#1.2", "{1}", "m2#1"), again})).empty());
  CHECK(
      earlier_of_duplicate(duplicate_effect_of({publish("m1#2.2", "{2}", "m1#1"), again})).empty());
}

TEST_CASE("where the contents differ, too, that is said") {
  const auto again = publish("m1#2.2", "{2}", "m1#2");
  const auto one = publish("m1#1.2", "{1}", "m1#1");
  const auto other = publish("m1#1.3", "{3}", "m1#1");
  CHECK(earlier_of_duplicate(duplicate_effect_of({one, again})) ==
        "step 1 has sent Deposited m1#1.2, which says something else");
  // Which of two it stands for, nobody can tell.
  CHECK(earlier_of_duplicate(duplicate_effect_of({one, other, again})).empty());
  const auto same = publish("m1#1.4", "{2}", "m1#1");
  CHECK(earlier_of_duplicate(duplicate_effect_of({one, same, same, again})) ==
        "step 2 has sent it as m1#1.4");
}
