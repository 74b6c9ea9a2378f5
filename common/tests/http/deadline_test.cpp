#include "workshop/http/deadline.hpp"

#include <catch2/catch_test_macros.hpp>
#include <string>

namespace workshop::tests {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

HttpRequest with_deadline(const std::string& text) {
  return {HttpMethod::get, "/", "", {{std::string(kDeadlineHeader), text}}};
}

const Deadline kFallback{std::chrono::hours{1}};

}  // namespace

TEST_CASE("what remains of a deadline is rounded down and never negative") {
  const Deadline now{std::chrono::seconds{10}};
  CHECK(remaining_ms(now + std::chrono::microseconds{1'999}, now) == milliseconds{1});
  CHECK(remaining_ms(now, now) == milliseconds{0});
  CHECK(remaining_ms(now - std::chrono::hours{1}, now) == milliseconds{0});
  CHECK(remaining_ms(Deadline::min(), now) == milliseconds{0});
}

TEST_CASE("what remains until the last point in time is no less for a clock that began early") {
  const auto longest = std::chrono::floor<milliseconds>(Deadline::duration::max());
  for (const auto now : {Deadline{}, Deadline{std::chrono::hours{-1}}, Deadline::min()}) {
    CHECK(remaining_ms(Deadline::max(), now) == longest);
    CHECK(deadline_of(with_deadline("9223372036854775807"), kFallback, now) == Deadline::max());
  }
  CHECK(remaining_ms(Deadline::max(), Deadline::max()) == milliseconds{0});
}

TEST_CASE("a deadline counts from the call") {
  for (const int ms : {0, 1, 1'500, 86'400'000}) {
    const auto before = steady_clock::now();
    const auto deadline = deadline_of(with_deadline(std::to_string(ms)), kFallback);
    CHECK(deadline >= before + milliseconds{ms});
    CHECK(deadline <= steady_clock::now() + milliseconds{ms});
  }
}

TEST_CASE("a deadline counts from the time that a caller names") {
  const Deadline now{std::chrono::hours{500'000}};
  CHECK(deadline_of(with_deadline("1500"), kFallback, now) == now + milliseconds{1'500});
  CHECK(deadline_of({}, kFallback, now) == kFallback);
}

TEST_CASE("a request without a deadline that can be read has the fallback") {
  CHECK(deadline_of({}, kFallback) == kFallback);
  for (const auto* text : {"", "soon", "-1", "+1", "1.5", "10 ", " 10", "0x10", "10ms", "1e3"}) {
    CAPTURE(text);
    CHECK(deadline_of(with_deadline(text), kFallback) == kFallback);
  }
}

TEST_CASE("a deadline beyond the clock is no deadline") {
  for (const auto* text : {"9223372036854775807", "18446744073709551615", "99999999999999999999999",
                           "9223372036854"}) {
    CAPTURE(text);
    CHECK(deadline_of(with_deadline(text), kFallback) == Deadline::max());
  }
}

}  // namespace workshop::tests
