#include "workshop/runner/mob/mob_clock.hpp"

#include <boost/json.hpp>
#include <catch2/catch_test_macros.hpp>

#include "workshop/runner/mob/mob_clock_json.hpp"
#include "workshop/runner/mob/take_back.hpp"

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

TEST_CASE("who breaks the code to discuss it goes on discussing, and may drive again") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.clock.lab_green(mob.now);
  mob.clock.lab_red();  // before anybody went to the questions
  CHECK(mob.clock.phase() == Phase::talk);
  mob.clock.lab_green(mob.now);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::talk);
  mob.clock.lab_red();
  CHECK(mob.clock.phase() == Phase::talk);
  mob.go_on();
  CHECK(mob.clock.phase() == Phase::running);
  CHECK(mob.clock.turns_count() == 2);
  CHECK(mob.roles() == "Bea, Ann; then Ann");
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

namespace {

/// What a page that shows `mob` gives back.
MobClock::Kept kept(const Mob& mob) {
  const auto roles = mob.clock.roles();
  return {.settings = mob.clock.settings(),
          .people = mob.clock.people(),
          .phase = mob.clock.phase(),
          .reason = mob.clock.reason(),
          .green_step = mob.clock.green_step(),
          .turns = mob.clock.turns_count(),
          .driver = roles.driver,
          .navigator = roles.navigator,
          .remaining = mob.clock.remaining(mob.now),
          .break_in = mob.clock.break_in(mob.now)};
}

}  // namespace

TEST_CASE("a clock that is restored goes on where the old one was, paused") {
  Mob mob({"Ann", "Bea", "Cem"});
  mob.go_on();
  mob.passes(300s);
  mob.go_on();
  mob.clock.toggle_absent(2, mob.now);
  mob.passes(100s);
  Mob again({"Ann", "Bea", "Cem"}, {.turn = 60s});
  again.now = mob.now + 1h;
  again.clock.restore(kept(mob), again.now);
  CHECK(again.clock.phase() == Phase::running);
  CHECK(again.clock.paused());
  CHECK(again.roles() == mob.roles());
  CHECK(again.clock.people()[2].absent);
  CHECK(again.clock.turns_count() == 2);
  CHECK(again.clock.remaining(again.now) == 200s);
  CHECK(again.clock.break_in(again.now) == mob.clock.break_in(mob.now));
  again.clock.pause_or_resume(again.now);
  again.passes(200s);
  CHECK(again.clock.phase() == Phase::over);
  CHECK(again.roles() == "Ann, Bea; then Bea");
}

TEST_CASE("a turn that is over, and a break, are restored with the coming roles") {
  Mob mob({"Ann", "Bea", "Cem"});
  mob.go_on();
  mob.clock.put_off_break(mob.now);
  mob.clock.step_green(1, mob.now);
  for (int breaks = 0; breaks < 2; ++breaks) {
    Mob again({"Ann"});
    again.clock.restore(kept(mob), again.now);
    CHECK(again.clock.phase() == mob.clock.phase());
    CHECK(again.clock.reason() == mob.clock.reason());
    CHECK(again.clock.green_step() == 1);
    CHECK(again.roles() == "Bea, Ann; then Cem");
    CHECK(again.clock.break_in(again.now) == mob.clock.break_in(mob.now));
    CHECK(again.clock.remaining(again.now) == mob.clock.remaining(mob.now));
    mob.clock.begin_break(mob.now);
  }
}

TEST_CASE("the same key takes back what it has done, while it is young") {
  Mob mob({"Ann", "Bea"});
  mob.go_on();
  mob.passes(100s);
  TakeBack take_back;
  CHECK_FALSE(take_back.take("1", mob.now));
  take_back.remember(mob.clock, "1", mob.now);
  mob.clock.toggle_absent(0, mob.now);
  CHECK(mob.roles() == "Bea, -; then -");
  CHECK_FALSE(take_back.take("2", mob.now));
  mob.passes(5s);
  auto before = take_back.take("1", mob.now);
  REQUIRE(before);
  mob.clock = *before;
  CHECK(mob.roles() == "Ann, Bea; then Bea");
  CHECK(mob.clock.remaining(mob.now) == 195s);
  CHECK_FALSE(take_back.take("1", mob.now));
  take_back.remember(mob.clock, "e", mob.now);
  CHECK(take_back.left(mob.now) == TakeBack::kSeconds);
  CHECK_FALSE(take_back.take("e", mob.now + TakeBack::kSeconds));
  take_back.remember(mob.clock, "e", mob.now);
  take_back.forget();
  CHECK_FALSE(take_back.take("e", mob.now));
}

TEST_CASE("what is no clock is not restored") {
  const auto read = [](std::string_view text) {
    const auto value = boost::json::parse(text);
    return kept_of(value.get_object());
  };
  CHECK(read(R"({"people":[],"phase":"ready","reason":"","remaining_ms":0,"turns":0})"));
  const auto absent = read(
      R"({"people":[{"name":"Ann","absent":true}],"phase":"over","reason":"time","remaining_ms":0,
          "turns":1,"driver":0,"navigator":7,"break_in_ms":null})");
  REQUIRE(absent);
  CHECK_FALSE(absent->driver);
  CHECK_FALSE(absent->navigator);
  for (const auto* text :
       {R"({})", R"({"people":[],"phase":"late","reason":"","remaining_ms":0,"turns":0})",
        R"({"people":[],"phase":"ready","reason":"","remaining_ms":-1,"turns":0})",
        R"({"people":[],"phase":"ready","reason":"","remaining_ms":0,"turns":1e9})",
        R"({"people":[{"name":""}],"phase":"ready","reason":"","remaining_ms":0,"turns":0})",
        R"({"people":["Ann"],"phase":"ready","reason":"","remaining_ms":0,"turns":0})"}) {
    CHECK_FALSE(read(text));
  }
}
