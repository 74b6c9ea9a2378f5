#include <catch2/catch_test_macros.hpp>

// Tests that remember the one before them. Run by alone_test.cpp.

namespace {

int times_called() {
  static int times = 0;
  return ++times;
}

}  // namespace

TEST_CASE("the first call is the first", "[step1]") { CHECK(times_called() == 1); }

TEST_CASE("so is this one", "[step1]") {
  if (times_called() == 2) throw 2;
}

TEST_CASE("and this fails in any process", "[step2]") { CHECK(times_called() == 0); }
