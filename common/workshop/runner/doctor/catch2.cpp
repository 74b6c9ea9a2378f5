#include <catch2/catch_test_macros.hpp>
#include <catch2/catch_version_macros.hpp>
#include <cstdio>

TEST_CASE("a test runs") {
  REQUIRE(1 + 1 == 2);
  std::printf("seen: %d.%d.%d runs a test\n", CATCH_VERSION_MAJOR, CATCH_VERSION_MINOR,
              CATCH_VERSION_PATCH);
}
