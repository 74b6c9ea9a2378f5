#include "workshop/core/saturating.hpp"

#include <catch2/catch_test_macros.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "workshop/core/clock.hpp"

namespace workshop::tests {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

TEST_CASE("a duration in a finer unit is the same, or the longest there is") {
  CHECK(saturating_cast<nanoseconds>(milliseconds{3}) == nanoseconds{3'000'000});
  CHECK(saturating_cast<nanoseconds>(milliseconds{-3}) == nanoseconds{-3'000'000});
  CHECK(saturating_cast<milliseconds>(milliseconds::max()) == milliseconds::max());
  CHECK(saturating_cast<milliseconds>(milliseconds::min()) == milliseconds::min());
  CHECK(saturating_cast<nanoseconds>(milliseconds::max()) == nanoseconds::max());
  CHECK(saturating_cast<nanoseconds>(milliseconds::min()) == nanoseconds::min());
  CHECK(saturating_cast<nanoseconds>(hours::max()) == nanoseconds::max());
  const auto last = std::chrono::floor<milliseconds>(nanoseconds::max());
  CHECK(saturating_cast<nanoseconds>(last) == nanoseconds{last.count() * 1'000'000});
  CHECK(saturating_cast<nanoseconds>(last + milliseconds{1}) == nanoseconds::max());
  CHECK(saturating_cast<nanoseconds>(-last) == nanoseconds{-last.count() * 1'000'000});
  CHECK(saturating_cast<nanoseconds>(-last - milliseconds{1}) == nanoseconds::min());
}

TEST_CASE("a sum of durations stops at the ends") {
  CHECK(saturating_add(milliseconds{1}, seconds{2}) == milliseconds{2'001});
  CHECK(saturating_add(milliseconds{1}, milliseconds{-2}) == milliseconds{-1});
  CHECK(saturating_add(milliseconds::max(), milliseconds{1}) == milliseconds::max());
  CHECK(saturating_add(milliseconds::max(), milliseconds::max()) == milliseconds::max());
  CHECK(saturating_add(milliseconds::min(), milliseconds{-1}) == milliseconds::min());
  CHECK(saturating_add(milliseconds::min(), milliseconds::min()) == milliseconds::min());
  CHECK(saturating_add(milliseconds::min(), milliseconds::max()) == milliseconds{-1});
  CHECK(saturating_add(milliseconds{1}, milliseconds::max() - milliseconds{1}) ==
        milliseconds::max());
}

TEST_CASE("a sum of a time and a duration stops at the clock's ends") {
  const Timestamp now{milliseconds{1'735'000'000'000}};
  CHECK(saturating_add(now, milliseconds{5}) == now + milliseconds{5});
  CHECK(saturating_add(now, milliseconds{-5}) == now - milliseconds{5});
  CHECK(saturating_add(now, milliseconds::max()) == Timestamp::max());
  CHECK(saturating_add(Timestamp::max(), milliseconds{1}) == Timestamp::max());
  CHECK(saturating_add(Timestamp{milliseconds{-1}}, milliseconds::min()) == Timestamp::min());
  const steady_clock::time_point started{hours{5}};
  CHECK(saturating_add(started, milliseconds::max()) == steady_clock::time_point::max());
  CHECK(saturating_add(steady_clock::time_point{}, hours::max()) ==
        steady_clock::time_point::max());
  const steady_clock::time_point long_ago{hours{-5}};
  CHECK(saturating_add(long_ago, milliseconds::max()) == steady_clock::time_point::max());
  CHECK(saturating_add(started, milliseconds::min()) == steady_clock::time_point::min());
  CHECK(saturating_add(long_ago, nanoseconds::max()) ==
        steady_clock::time_point{nanoseconds::max() - hours{5}});
  static_assert(saturating_add(Timestamp{}, seconds{1}) == Timestamp{milliseconds{1'000}});
}

TEST_CASE("the difference of two times stops at the ends") {
  const steady_clock::time_point now{hours{5}};
  const steady_clock::time_point long_ago{hours{-5}};
  CHECK(saturating_difference(now, long_ago) == hours{10});
  CHECK(saturating_difference(long_ago, now) == hours{-10});
  CHECK(saturating_difference(steady_clock::time_point::max(), long_ago) == nanoseconds::max());
  CHECK(saturating_difference(steady_clock::time_point::min(), now) == nanoseconds::min());
  CHECK(saturating_difference(steady_clock::time_point::max(), steady_clock::time_point::max()) ==
        nanoseconds{0});
  CHECK(saturating_difference(steady_clock::time_point::max(), now) ==
        nanoseconds::max() - hours{5});
}

TEST_CASE("a deadline lies ahead however long the wait is") {
  const auto before = steady_clock::now();
  CHECK(deadline_after(milliseconds{20}) >= before + milliseconds{20});
  CHECK(deadline_after(milliseconds{20}) <= steady_clock::now() + milliseconds{20});
  CHECK(deadline_after(microseconds{0}) >= before);
  CHECK(deadline_after(milliseconds{-20}) < steady_clock::now());
  CHECK(deadline_after(milliseconds::min()) < before);
  CHECK(deadline_after(milliseconds::max()) == steady_clock::time_point::max());
}

TEST_CASE("a wait until the last point in time does not end at once") {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  std::jthread other([&] {
    std::this_thread::sleep_for(milliseconds{20});  // a wait that ends at once is over by then
    const std::lock_guard lock(mutex);
    done = true;
    changed.notify_all();
  });
  std::unique_lock lock(mutex);
  CHECK(changed.wait_until(lock, deadline_after(milliseconds::max()), [&] { return done; }));
}

TEST_CASE("a simulated clock that is advanced beyond its end stands there") {
  SimulatedClock clock;
  clock.advance(milliseconds::max());
  CHECK(clock.now() == Timestamp::max());
  clock.advance(milliseconds::max());
  CHECK(clock.now() == Timestamp::max());
}

}  // namespace workshop::tests
