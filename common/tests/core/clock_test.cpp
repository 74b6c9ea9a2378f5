#include "workshop/core/clock.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>

namespace workshop {
namespace {

TEST_CASE("what the machine's clock says soon is the time, but for a tick") {
  const SystemClock clock;
  const auto before = clock.now();
  const auto soon = clock.soon();
  const auto after = clock.now();
  // A machine that is stopped between its ticks is behind; a wrong unit would be worse.
  CHECK(soon > before - std::chrono::seconds{2});
  CHECK(soon <= after + std::chrono::milliseconds{20});
}

TEST_CASE("a simulated clock says soon what it says now") {
  SimulatedClock clock;
  clock.advance(std::chrono::hours{7});
  CHECK(clock.soon() == clock.now());
}

}  // namespace
}  // namespace workshop
