#include <catch2/catch_test_macros.hpp>

#include "model.hpp"

using namespace workshop::shop;

TEST_CASE_METHOD(Model, "no receipt tells of a payment that was not saved", "[step1]") {
  require_holds("NoGhostMessage");
}

TEST_CASE_METHOD(Model, "each payment is added and its receipt sent wherever a handler dies",
                 "[step1]") {
  require_holds("NoLostMessage");
  require_holds("NoLostEffect");
}

TEST_CASE_METHOD(Model, "the queue is empty in the end and stays so", "[step1][given]") {
  require_holds("ComesToRest");
}

TEST_CASE_METHOD(Model, "a payment is added once however often it is delivered", "[step2]") {
  require_holds("NoDuplicateEffect");
}

TEST_CASE_METHOD(Model, "all receipts for one payment say the same", "[step3]") {
  require_holds("ConsistentOutput");
}

TEST_CASE_METHOD(Model, "a receipt says the sum that was saved with its payment", "[step3]") {
  require_holds("SaysWhatWasSaved");
}

TEST_CASE_METHOD(Model, "each operation is a step of its own", "[step1][given]") {
  require_holds("OneAtATime");
}

TEST_CASE_METHOD(Model, "every step of the model is taken in some execution", "[step1][given]") {
  const auto everything = ask({text(), kSurvey});
  require_judged(everything);
  const auto result = everything.holds() ? everything : ask({text(), "OneAtATime"});
  require_judged(result);
  if (!result.holds()) fail("two at once", "each operation must be a step of its own");
  std::string dead;
  for (const auto& action : result.never_taken()) dead += "\n  " + action + " is never taken";
  for (const auto& part : result.unreached) dead += "\n  in " + part.action + ": " + part.text;
  if (!dead.empty()) fail("dead step", "what never happens proves nothing:" + dead);
}
