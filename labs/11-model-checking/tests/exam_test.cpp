// What `prove` looks at besides: leases that end before their handler does, and a third payment.
#include <catch2/catch_test_macros.hpp>

#include "model.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop::shop;

TEST_CASE_METHOD(Model, "whoever outlives a lease spoils nothing", "[.exam]") {
  const auto result = ask({with_expiring_leases(), kAll, false, true});
  require_judged(result);
  if (!result.holds()) {
    fail("lease expiry", result.property + " is broken when a lease ends before its handler does");
  }
  workshop::testing::report_exploration("TLC: " + result.to_string());
  SUCCEED("TLC found nothing");
}

TEST_CASE_METHOD(Model, "three payments spoil no more than two", "[.exam]") {
  const auto result = ask({text(), kAll, false, true, true});
  require_judged(result);
  if (!result.holds()) {
    fail("a third payment", result.property + " is broken when there are three payments");
  }
  workshop::testing::report_exploration("TLC: " + result.to_string());
  SUCCEED("TLC found nothing");
}
