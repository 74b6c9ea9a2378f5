// What is given with the model must stay as good as it was: else TLC's "no error" means nothing.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "model.hpp"
#include "replay.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop::shop;
using workshop::modelcheck::TlcOutcome;

namespace {

/// A handler with a flaw, and the property that it breaks.
struct Flaw {
  std::string handler;
  std::string property;
  bool smallest = false;  ///< it shows only in the smallest world
  std::string code = {};  ///< the C++ handler with this flaw, if it is called something else
};
const std::vector<Flaw> kFlaws = {{"publish_first", "NoGhostMessage"},
                                  {"acknowledge_first", "NoLostMessage"},
                                  {"skip_duplicates", "NoLostMessage"},
                                  {"last_one_wins", "NoLostEffect"},
                                  {"add_again", "NoDuplicateEffect"},
                                  {"decide_again", "ConsistentOutput"},
                                  {"decide_again", "SaysWhatWasSaved"},
                                  {"never_acknowledge", "NothingHeld"},
                                  {"last_one_wins", "SavesWhatItLoaded"},
                                  {"publish_with_saving", "OneAtATime", false, "skip_duplicates"},
                                  {"put_back", "ComesToRest"},
                                  {"put_back", "ComesToRest", true}};

/// What must be possible in a world that is as bad as it was given. TLC prints each the first time.
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

/// What breaks in C++ when a handler dies in the midst of the step of publish_with_saving.
const std::string kTorn = "lost message";

NamedHandler code_of(const Flaw& flaw) {
  const auto handlers = flawed_handlers();
  const auto& name = flaw.code.empty() ? flaw.handler : flaw.code;
  return *std::find_if(handlers.begin(), handlers.end(),
                       [&](const NamedHandler& one) { return one.name == name; });
}

/// What there is after so many steps: the documents, and the messages that wait, in any order.
std::string world_after(const workshop::explore::Trace& trace, std::size_t steps_count) {
  const auto& world = *trace.steps.at(steps_count - 1).after;
  std::vector<std::string> parts;
  for (const auto& document : world.documents) parts.push_back(document.key + document.body);
  for (const auto& queue : world.queues) {
    for (const auto& one : queue.messages) parts.push_back(one.id + " " + one.status);
  }
  std::sort(parts.begin(), parts.end());
  std::string all;
  for (const auto& part : parts) all += part + "\n";
  return all;
}

/// TLC's answers for all flaws, in their order.
std::vector<workshop::modelcheck::TlcResult> broken_by_flaws(const Model& model) {
  std::vector<Question> questions;
  for (const auto& flaw : kFlaws) {
    questions.push_back({model.with_handler(flaw.handler), flaw.property, flaw.smallest});
  }
  auto results = model.ask(questions);
  for (std::size_t i = 0; i < kFlaws.size(); ++i) {
    require_judged(results[i]);
    if (results[i].holds()) {
      fail("vacuous property", kFlaws[i].property + " holds even for the handler " +
                                   kFlaws[i].handler +
                                   ", which has the very flaw that it is about");
    }
  }
  return results;
}

}  // namespace

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
  const auto results = broken_by_flaws(*this);
  REQUIRE(results.size() == kFlaws.size());
  for (const auto& property : properties()) {
    INFO(property.name);
    CHECK(std::any_of(kFlaws.begin(), kFlaws.end(),
                      [&](const Flaw& flaw) { return flaw.property == property.name; }));
  }
}

TEST_CASE_METHOD(Model,
                 "what breaks the model breaks the code with the same flaw and not the right one",
                 "[step1][given]") {
  const auto results = broken_by_flaws(*this);
  for (std::size_t i = 0; i < kFlaws.size(); ++i) {
    const auto& broken = property(kFlaws[i].property);
    const auto handler = code_of(kFlaws[i]);
    const auto replayed = replay(results[i], broken, handler);
    INFO(broken.name << " of " << handler.name << ", " << replayed.left);
    REQUIRE(replayed.schedule.has_value());
    INFO(replayed.schedule->to_string());
    if (broken.torn) {
      CHECK(replayed.broken == kTorn);
    } else {
      CHECK(replayed.broken == broken.broken);
    }
    CHECK(follow_loosely(*replayed.schedule, broken, right_handler()).empty());
    if (broken.audit != nullptr) {
      CHECK(oracle_on(*replayed.schedule, handler) == broken.oracle_says);
    }
  }
}

TEST_CASE_METHOD(Model, "what goes round in the model goes round in the code, and gets nowhere",
                 "[step1][given]") {
  const auto& rest = property("ComesToRest");
  for (const bool smallest : {false, true}) {
    const auto result = ask({with_handler("put_back"), rest.name, smallest});
    REQUIRE(result.loops_to.has_value());
    const auto handler = code_of({"put_back", rest.name});
    const auto there = replay(with_laps(result, 0), rest, handler);
    const auto round = replay(result, rest, handler);
    REQUIRE(there.schedule.has_value());
    REQUIRE(round.schedule.has_value());
    INFO(round.schedule->to_string());
    CHECK(round.schedule->messages_count == (smallest ? 1U : 2U));
    const auto begin = there.schedule->steps.size();
    REQUIRE(round.schedule->steps.size() > begin);
    const auto lap = (round.schedule->steps.size() - begin) / kLaps;
    CHECK(round.schedule->steps.size() == begin + lap * kLaps);
    const auto trace = follow_in_cpp(*round.schedule, rest, handler);
    for (std::size_t i = 1; i <= kLaps; ++i) {
      CHECK(world_after(trace, begin + i * lap) == world_after(trace, begin));
    }
  }
}

TEST_CASE_METHOD(Model, "what two operations in one step hide breaks when a handler dies between",
                 "[step1][given]") {
  const auto text = with_handler("publish_with_saving");
  const auto claimed = ask({text, "NoLostMessage"});
  require_judged(claimed);
  CHECK(claimed.holds());
  const auto& torn = property("OneAtATime");
  const auto result = ask({text, torn.name});
  for (const auto& handler : flawed_handlers()) {
    INFO(handler.name);
    const auto replayed = replay(result, torn, handler);
    CHECK(replayed.broken == (handler.name == "skip_duplicates" ? kTorn : ""));
  }
}
