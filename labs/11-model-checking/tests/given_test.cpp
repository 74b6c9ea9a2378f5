// The given world and properties must not be weakened, or TLC's "no error" means nothing.
#include "given.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "workshop/core/hash.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop::shop;
using workshop::modelcheck::TlcOutcome;

namespace {

/// States that must be possible in a world that is as hostile as the given one. TLC prints each of
/// them the first time.
const std::vector<std::string> kPossible = {"a payment is three times in the queue",
                                            "two handlers have the same payment at once",
                                            "two crashes and no duplicate"};
const std::string kWatch = R"(
Alive == BagCardinality(queue) + Cardinality({h \in Handlers : leased[h]})
Seen(i, what) == TLCGet(i) \/ (TLCSet(i, TRUE) /\ PrintT(what))
ASSUME \A i \in 11..13 : TLCSet(i, FALSE)
Watched ==
  /\ (\E m \in Messages : CopiesIn(m, queue) = 3) => Seen(11, "POSSIBLE 1")
  /\ (\E h, i \in Handlers : h # i /\ leased[h] /\ leased[i] /\ message[h] = message[i])
       => Seen(12, "POSSIBLE 2")
  /\ (failures = 0 /\ db.spent = 0 /\ Alive = Cardinality(Messages)) => Seen(13, "POSSIBLE 3")
NotTooBad == failures \in 0..2 /\ Alive <= Cardinality(Messages) + 2
)";

/// What breaks in C++ when a handler crashes in the middle of the step of publish_with_saving.
const std::string kTorn = "lost message";

/// The results for the flaws; requires that TLC finds each of them.
const Given& given_flaws(const Model& model) {
  const auto& all = given(model);
  for (std::size_t i = 0; i < flaws().size(); ++i) {
    require_judged(all.results[i]);
    if (all.results[i].holds()) {
      fail("vacuous property", flaws()[i].property + " holds even for the handler " +
                                   flaws()[i].handler +
                                   ", which has the very flaw that it is about");
    }
  }
  return all;
}

}  // namespace

TEST_CASE_METHOD(Model, "what is given is as it was given", "[step1][given]") {
  constexpr std::uint64_t kGiven = 0xcdeee98e61677543;  // of the file of this lab
  const auto found = workshop::Digest().add(given_text()).value();
  CAPTURE(found);
  if (found != kGiven) {
    fail("tame world",
         "something outside of the handler is changed, so what holds proves nothing: git diff "
         "shows it");
  }
  SUCCEED("only the handler may differ");
}

TEST_CASE_METHOD(Model, "the world of the model is as bad as it was given", "[step1][given]") {
  const auto result = ask({with_handler("right", kWatch), "Watched NotTooBad"});
  if (result.outcome == TlcOutcome::evaluation_failed) {
    fail("tame world", "the queue must be a bag: in a set, nothing is twice");
  }
  require_judged(result);
  if (!result.holds()) fail("wild world", "more goes wrong than Failures allows");
  for (std::size_t i = 0; i < kPossible.size(); ++i) {
    if (result.output.find("POSSIBLE " + std::to_string(i + 1)) == std::string::npos) {
      fail("tame world", "it must be possible that " + kPossible[i]);
    }
  }
}

TEST_CASE_METHOD(Model, "a right handler keeps every property", "[step1][given]") {
  const auto result = ask({with_handler("right"), kAll});
  require_judged(result);
  if (!result.holds()) fail("unfair model", "a right handler breaks " + result.property);
  workshop::testing::report_exploration("TLC: " + result.to_string());
}

TEST_CASE_METHOD(Model, "every property is broken by a handler with its flaw", "[step1][given]") {
  given_flaws(*this);
  for (const auto& property : properties()) {
    INFO(property.name);
    CHECK(std::any_of(flaws().begin(), flaws().end(),
                      [&](const Flaw& flaw) { return flaw.property == property.name; }));
  }
}

TEST_CASE_METHOD(Model,
                 "what breaks the model breaks the code with the same flaw and not the right one",
                 "[step1][given]") {
  const auto& all = given_flaws(*this);
  for (std::size_t i = 0; i < flaws().size(); ++i) {
    const auto& broken = property(flaws()[i].property);
    const auto& followed = all.followed[i];
    INFO(broken.name << " of " << flaws()[i].handler << ", " << followed.replayed.left);
    REQUIRE(followed.replayed.schedule.has_value());
    INFO(followed.replayed.schedule->to_string());
    CHECK(followed.replayed.broken == (broken.torn ? kTorn : broken.broken));
    CHECK(followed.right_breaks.empty());
    if (broken.audit != nullptr) CHECK(followed.oracle_says == broken.oracle_says);
  }
}

TEST_CASE_METHOD(Model, "what goes round in the model goes round in the code, and gets nowhere",
                 "[step1][given]") {
  const auto& all = given_flaws(*this);
  for (const auto* round : {&all.round, &all.smallest_round}) {
    REQUIRE(round->there.schedule.has_value());
    REQUIRE(round->round.schedule.has_value());
    INFO(round->round.schedule->to_string());
    CHECK(round->round.schedule->messages_count == (round == &all.round ? 2U : 1U));
    const auto begin = round->there.schedule->steps.size();
    REQUIRE(round->lap_steps > 0);
    CHECK(round->round.schedule->steps.size() == begin + round->lap_steps * kLaps);
    REQUIRE_FALSE(round->begins_with.empty());
    REQUIRE(round->after_laps.size() == kLaps);
    for (const auto& after : round->after_laps) CHECK(after == round->begins_with);
  }
}

TEST_CASE_METHOD(Model, "what two operations in one step hide breaks when a handler dies between",
                 "[step1][given]") {
  const auto claimed = ask({with_handler("publish_with_saving"), "NoLostMessage"});
  require_judged(claimed);
  CHECK(claimed.holds());
  const auto& torn = given_flaws(*this).torn;
  CHECK(torn.size() == flawed_handlers().size());
  for (const auto& [handler, broken] : torn) {
    INFO(handler);
    CHECK(broken == (handler == "skip_duplicates" ? kTorn : ""));
  }
}
