#pragma once

#include <catch2/catch_test_macros.hpp>

#include "workshop/explore/explorer.hpp"

namespace workshop::testing {

/// Fails the running test with the story of the execution that breaks an invariant; passes it when
/// the exploration was complete within its bounds, and reports what it covered. A search that a
/// bound ended is no proof and fails as well. When WORKSHOP_REPLAY asks for a schedule, the test that
/// it belongs to tells its story, and the others are skipped.
void require_explored(const explore::Verdict& verdict);

}  // namespace workshop::testing

/// Requires that an exploration finds nothing: REQUIRE_EXPLORED(scenario.holds(exactly_one_effect)).
#define REQUIRE_EXPLORED(...)                                   \
  do {                                                          \
    INFO("explored: " #__VA_ARGS__);                            \
    ::workshop::testing::require_explored((__VA_ARGS__));       \
  } while (false)
