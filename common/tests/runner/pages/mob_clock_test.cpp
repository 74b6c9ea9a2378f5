#include "workshop/runner/mob/mob_clock.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace workshop::runner;
using namespace std::chrono_literals;
using Phase = MobClock::Phase;
using Reason = MobClock::Reason;

namespace {

/// A clock, and the time that it is told.
struct Mob {
  explicit Mob(std::vector<std::string> names,
               MobSettings settings = {.turn = 300s, .break_every = 2'700s, .break_for = 600s})
      : clock(std::move(names), settings) {}

  void passes(std::chrono::milliseconds time) {
    now += time;
    clock.tick(now);
  }
  void go_on() { clock.go_on(now); }
  /// "Ann, Bea; then Cem": driver, navigator, next.
  std::string roles() const {
    const auto name = [&](const std::optional<std::size_t>& who) {
      return who ? clock.people().at(*who).name : std::string("-");
    };
    const auto all = clock.roles();
    return name(all.driver) + ", " + name(all.navigator) + "; then " + name(all.next);
  }

  MobClock clock;
  MobClock::Time now{1h};
};

}  // namespace

TEST_CASE("who drove navigates next, and everybody drives in turn") {
  Mob mob({"Ann", "Bea", "Cem"});
  CHECK(mob.clock.phase() == Phase::ready);
  CHECK(mob.roles() == "Ann, Cem; then Bea");
  mob.go_on();
  CHECK(mob.roles() == "Ann, Cem; then Bea");
  mob.passes(300s);
  CHECK(mob.roles() == "Bea, Ann; then Cem");  // the coming turn, while they change places
  mob.go_on();
  CHECK(mob.roles() == "Bea, Ann; then Cem");
  mob.passes(300s);
  mob.go_on();
  CHECK(mob.roles() == "Cem, Bea; then Ann");
  CHECK(mob.clock.turns_count() == 3);
}

TEST_CASE("a turn is over when its time is, and the next one begins whole when the people say so") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  CHECK(mob.clock.remaining(mob.now) == 300s);
  CHECK(mob.clock.next_change() == mob.now + 300s);
  mob.passes(299s);
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.clock.remaining(mob.now) == 1s);
  mob.passes(1s);
  CHECK(mob.clock.phase() == Phase::over);
  CHECK(mob.clock.reason() == Reason::time);
  CHECK(mob.clock.next_change() == std::nullopt);
  mob.passes(60s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.clock.remaining(mob.now) == 300s);
}

TEST_CASE("a green step ends a turn before its time, and restarts the clock") {
  Mob mob({"Ann", "Bea", "Cem"});
  mob.clock.step_green(1, mob.now);  // before anybody has begun it ends nothing
  CHECK(mob.clock.phase() == Phase::ready);
  mob.go_on();
  mob.passes(100s);
  mob.clock.step_green(1, mob.now);
  CHECK(mob.clock.phase() == Phase::over);
  CHECK(mob.clock.reason() == Reason::green);
  CHECK(mob.clock.green_step() == 1);
  mob.go_on();
  CHECK(mob.roles() == "Bea, Ann; then Cem");
  CHECK(mob.clock.remaining(mob.now) == 300s);
}

TEST_CASE("who is absent is skipped, until they are back") {
  Mob mob({"Ann", "Bea", "Cem", "Dan"});
  mob.go_on();
  mob.clock.toggle_absent(1, mob.now);
  CHECK(mob.roles() == "Ann, Dan; then Cem");
  mob.passes(300s);
  mob.go_on();
  CHECK(mob.roles() == "Cem, Ann; then Dan");
  mob.clock.toggle_absent(1, mob.now);
  mob.passes(300s);
  mob.go_on();
  mob.passes(300s);
  mob.go_on();
  CHECK(mob.roles() == "Ann, Dan; then Bea");
}

TEST_CASE(
    "when the driver leaves, the next one drives a whole turn; a navigator who leaves costs no "
    "time") {
  Mob mob({"Ann", "Bea", "Cem"});
  mob.go_on();
  mob.passes(200s);
  mob.clock.toggle_absent(2, mob.now);
  CHECK(mob.roles() == "Ann, Bea; then Bea");
  CHECK(mob.clock.remaining(mob.now) == 100s);
  mob.clock.toggle_absent(0, mob.now);
  CHECK(mob.roles() == "Bea, -; then -");
  CHECK(mob.clock.remaining(mob.now) == 300s);
  mob.clock.toggle_absent(1, mob.now);
  CHECK(mob.roles() == "-, -; then -");
  mob.passes(300s);
  mob.go_on();  // nobody is here: the clock runs all the same
  CHECK(mob.clock.phase() == Phase::running);
  mob.clock.toggle_absent(1, mob.now);
  CHECK(mob.roles() == "Bea, -; then -");
}

TEST_CASE("a mob of one, and of nobody, has a clock") {
  Mob one({"Ann"});
  one.go_on();
  CHECK(one.roles() == "Ann, -; then -");
  one.passes(300s);
  one.go_on();
  CHECK(one.roles() == "Ann, -; then -");
  Mob nobody({});
  nobody.go_on();
  nobody.passes(300s);
  nobody.go_on();
  CHECK(nobody.clock.turns_count() == 2);
}

TEST_CASE("a break that is due waits for the end of the turn, and the turn after it rotates") {
  Mob mob({"Ann", "Bea", "Cem"}, {.turn = 300s, .break_every = 500s, .break_for = 600s});
  mob.go_on();
  mob.passes(300s);
  mob.go_on();
  mob.passes(250s);
  CHECK(mob.clock.break_due(mob.now));
  CHECK(mob.clock.phase() == Phase::running);  // never in the middle of a turn
  mob.passes(50s);
  CHECK(mob.clock.phase() == Phase::over);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::on_break);
  CHECK(mob.clock.remaining(mob.now) == 600s);
  CHECK_FALSE(mob.clock.break_due(mob.now));
  mob.passes(600s);
  CHECK(mob.clock.phase() == Phase::over);
  CHECK(mob.clock.reason() == Reason::break_over);
  CHECK_FALSE(mob.clock.break_due(mob.now));
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.roles() == "Cem, Bea; then Ann");
}

TEST_CASE("a break can end early, and the time to the next one begins at its end") {
  Mob mob({"Ann", "Bea"}, {.turn = 300s, .break_every = 300s, .break_for = 600s});
  mob.go_on();
  mob.passes(300s);
  mob.go_on();
  REQUIRE(mob.clock.phase() == Phase::on_break);
  mob.passes(100s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::on_break);
  mob.clock.end_early(mob.now);
  CHECK(mob.clock.reason() == Reason::break_over);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  mob.passes(299s);
  CHECK_FALSE(mob.clock.break_due(mob.now));
}

TEST_CASE("a break is begun by hand, and the people have changed places after it") {
  Mob mob({"Ann", "Bea"});
  mob.clock.begin_break(mob.now);  // from what?
  CHECK(mob.clock.phase() == Phase::ready);
  mob.go_on();
  mob.passes(100s);
  mob.clock.begin_break(mob.now);
  CHECK(mob.clock.phase() == Phase::on_break);
  CHECK(mob.clock.remaining(mob.now) == 600s);
  CHECK(mob.clock.break_in(mob.now) == std::nullopt);
  mob.passes(200s);
  mob.clock.begin_break(mob.now);  // it lasts no longer for that
  CHECK(mob.clock.remaining(mob.now) == 400s);
  mob.passes(400s);
  CHECK(mob.clock.reason() == Reason::break_over);
  CHECK(mob.clock.break_in(mob.now) == 2'700s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.roles() == "Bea, Ann; then Ann");
}

TEST_CASE("it is known when a break is due, and it is put off a turn at a time") {
  Mob mob({"Ann", "Bea"}, {.turn = 300s, .break_every = 600s, .break_for = 60s});
  CHECK(mob.clock.break_in(mob.now) == std::nullopt);
  mob.clock.put_off_break(mob.now);
  mob.go_on();
  CHECK(mob.clock.break_in(mob.now) == 600s);
  mob.passes(100s);
  CHECK(mob.clock.break_in(mob.now) == 500s);
  mob.clock.put_off_break(mob.now);
  CHECK(mob.clock.break_in(mob.now) == 800s);
  mob.passes(1'000s);  // 200 s late
  CHECK(mob.clock.break_due(mob.now));
  CHECK(mob.clock.break_in(mob.now) == 0s);
  mob.clock.put_off_break(mob.now);
  CHECK(mob.clock.break_in(mob.now) == 300s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  mob.passes(300s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::on_break);
  mob.passes(60s);
  CHECK(mob.clock.break_in(mob.now) == 600s);  // putting off was for that one
}

TEST_CASE("a break in the discussion ends in the discussion") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.clock.lab_green(mob.now);
  mob.clock.begin_break(mob.now);
  CHECK(mob.clock.phase() == Phase::on_break);
  mob.passes(600s);
  CHECK(mob.clock.all_green());
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::talk);
  mob.clock.begin_break(mob.now);
  mob.clock.lab_open();  // somebody has saved meanwhile
  mob.passes(600s);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
}

TEST_CASE("a pause stops the clock, and nothing else") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.passes(100s);
  mob.clock.pause_or_resume(mob.now);
  CHECK(mob.clock.next_change() == std::nullopt);
  mob.passes(1h);
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.clock.remaining(mob.now) == 200s);
  mob.clock.pause_or_resume(mob.now);
  mob.passes(199s);
  CHECK(mob.clock.phase() == Phase::running);
  mob.passes(1s);
  CHECK(mob.clock.phase() == Phase::over);
  mob.clock.pause_or_resume(mob.now);  // nothing runs that could stop
  CHECK_FALSE(mob.clock.paused());
}

TEST_CASE("a turn can be ended by hand; other times hold from now on") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.passes(100s);
  mob.clock.set({.turn = 150s, .break_every = 2'700s, .break_for = 600s}, mob.now);
  CHECK(mob.clock.remaining(mob.now) == 50s);
  mob.clock.set({.turn = 60s, .break_every = 2'700s, .break_for = 600s}, mob.now);
  CHECK(mob.clock.phase() == Phase::over);
  mob.go_on();
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);  // to go on ends nothing
  mob.clock.end_early(mob.now);
  CHECK(mob.clock.phase() == Phase::over);
  CHECK(mob.clock.reason() == Reason::time);
  mob.clock.end_early(mob.now);
  CHECK(mob.roles() == "Ann, Bea; then Bea");
}

TEST_CASE("a green lab stops the clock for the discussion, until there is something to do again") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.clock.lab_green(mob.now);
  CHECK(mob.clock.phase() == Phase::over);
  CHECK(mob.clock.reason() == Reason::lab_green);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::talk);
  CHECK(mob.clock.next_change() == std::nullopt);
  mob.passes(1h);
  mob.go_on();
  mob.clock.end_early(mob.now);
  CHECK(mob.clock.phase() == Phase::talk);
  mob.clock.lab_open();
  CHECK(mob.clock.phase() == Phase::ready);
  CHECK(mob.roles() == "Bea, Ann; then Ann");
  mob.go_on();
  CHECK(mob.clock.remaining(mob.now) == 300s);
  mob.clock.lab_open();  // nobody has discussed
  CHECK(mob.clock.phase() == Phase::running);
}

TEST_CASE("other people keep the driver who is still there") {
  Mob mob({"Ann", "Bea", "Cem"});
  mob.go_on();
  mob.passes(300s);
  mob.go_on();
  mob.clock.set_names({"Dan", "Cem", "Bea", "Ann"});
  CHECK(mob.roles() == "Bea, Ann; then Ann");
  mob.clock.set_names({"Eve", "Fay"});
  CHECK(mob.roles() == "Eve, Fay; then Fay");
  mob.clock.set_names({});
  CHECK(mob.roles() == "-, -; then -");
}
