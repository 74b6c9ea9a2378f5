#pragma once

#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <string>

#include "workshop/explore/explorer.hpp"

namespace workshop::testing {

/// What an exploration means for the running test, reported to the result file: nothing when it was
/// complete within its bounds and found no failure; else what to fail with: the story of the
/// execution that breaks an invariant, or that a bound ended the search, which is no proof (of the
/// bound `steps_max` with the story of the longest execution). A lab's failure also writes its
/// picture (picture_files.hpp). When WORKSHOP_REPLAY asks for a schedule, the exploration that it
/// belongs to tells its story and writes its picture, broken or not, and the others do nothing;
/// with WORKSHOP_REPLAY_LOOSELY it is followed loosely, with WORKSHOP_STOP_AT=7 SIGTRAP is raised
/// before step 7. WORKSHOP_ASCII, WORKSHOP_COLOR and COLUMNS say what the terminal can show.
std::optional<std::string> judge(const explore::Verdict& verdict);

}  // namespace workshop::testing

/// Requires that an exploration finds nothing:
/// REQUIRE_EXPLORED(scenario.holds(exactly_one_effect)).
#define REQUIRE_EXPLORED(...)                                                            \
  do {                                                                                   \
    if (const auto failure_of_exploration = ::workshop::testing::judge((__VA_ARGS__))) { \
      FAIL(*failure_of_exploration);                                                     \
    }                                                                                    \
    SUCCEED("explored: " #__VA_ARGS__);                                                  \
  } while (false)
