#include "workshop/protocol/schedules.hpp"

#include <catch2/catch_test_macros.hpp>

#include "workshop/explore/scenario/fault.hpp"
#include "workshop/explore/scenario/operation.hpp"

using namespace workshop;
using namespace workshop::protocol;

TEST_CASE("a schedule's faults and the operation at which the last one happens") {
  const auto outline = outline_of("d80a:1@Arlc!pB+rl~c^2rxs");
  CHECK(outline.faults ==
        std::vector<std::string>{"crash", "duplicate", "lease expiry", "reorder", "refused"});
  CHECK(outline.deciding_operation == "send");
  CHECK(outline.steps_count == 9);
  CHECK(outline_of("d80a:1@Arlcpa").deciding_operation == "acknowledge");
  CHECK(outline_of("d80a:1@Arlcpa").faults.empty());
  const auto two = outline_of("d80a:1@Al~cp").steps;
  REQUIRE(two.size() == 3);
  CHECK(two[0].operation == "load");
  CHECK(two[0].fault.empty());
  CHECK(two[1].operation == "save");
  CHECK(two[1].fault == "lease expiry");
  std::string processes;
  for (const auto& step : outline_of("d80a:1@ArlB+rl~cAp").steps) processes += step.process;
  CHECK(processes == "AABBBA");
  CHECK(outline_of("").steps_count == 0);
  CHECK(outline_of("nonsense").steps_count == 0);
  CHECK(outline_of("d80a:1@Ar!").faults == std::vector<std::string>{"crash"});
}

TEST_CASE("the words of a schedule's signs are the explorer's") {
  for (const auto& kind : explore::fault_kinds()) {
    const auto word = fault_of_sign(static_cast<char>(kind.decision));
    CAPTURE(static_cast<char>(kind.decision));
    if (kind.fault == explore::Fault::unanswered) {
      CHECK(word == "answer lost");
    } else {
      CHECK(word == kind.name);
    }
  }
  for (char letter = 'a'; letter <= 'z'; ++letter) {
    const auto operation = explore::operation_of(letter);
    CAPTURE(letter);
    CHECK(operation_of_letter(letter) == (operation ? explore::name_of(*operation) : ""));
    if (letter != 'x') CHECK(fault_of_sign(letter).empty());
  }
}
