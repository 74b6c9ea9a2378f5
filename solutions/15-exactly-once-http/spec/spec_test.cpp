#include "workshop/testing/spec_checks.hpp"

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("ExactlyOnceHttp", 98'947);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("ExactlyOnceHttpMutants");
}
