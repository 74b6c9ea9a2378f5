#pragma once

#include <catch2/catch_test_macros.hpp>

#include "workshop/shop/explored_situations.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/testing/explored.hpp"

/// Requires that a handler does right in these situations:
/// REQUIRE_RIGHT_IN(everyday_situations(handler)). A failure tells the first one in which it does
/// not.
#define REQUIRE_RIGHT_IN(...)                   \
  do {                                          \
    const auto failures = (__VA_ARGS__);        \
    INFO(::workshop::shop::describe(failures)); \
    REQUIRE(failures.empty());                  \
  } while (false)

/// Requires of each of these worlds that its exploration finds nothing:
/// REQUIRE_EACH_EXPLORED(explored_situations(handler)). A failure tells which one it is, and the
/// story.
#define REQUIRE_EACH_EXPLORED(...)                \
  for (auto& [situation, shop] : (__VA_ARGS__)) { \
    INFO("the situation: " << situation);         \
    REQUIRE_EXPLORED(shop.holds());               \
  }                                               \
  static_assert(true)
