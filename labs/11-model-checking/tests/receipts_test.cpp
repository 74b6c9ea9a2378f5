#include <catch2/catch_test_macros.hpp>
#include <string>
#include <utility>
#include <vector>

#include "model.hpp"
#include "workshop/modelcheck/matches.hpp"

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

TEST_CASE_METHOD(Model, "a handler changes only what it has loaded", "[step1][given]") {
  require_holds("SavesWhatItLoaded");
}

TEST_CASE_METHOD(Model, "no message stays with a handler that is done with it", "[step1][given]") {
  require_holds("NothingHeld");
}

TEST_CASE_METHOD(Model, "the handler asks only what a handler can know", "[step1][given]") {
  // A process is one of the handlers, each has a lease at the start or none, and a function of all
  // payments is as good as one with EXCEPT.
  const auto handler = workshop::modelcheck::with_replaced(
      this->handler(), R"(handler\s*\\in\s*Handlers|leased\s*=\s*FALSE|\\in\s*Messages\s*\|->)",
      "");
  const std::vector<std::pair<std::string, std::string>> hidden = {
      {"changes", "is the auditor's book, which is there for the properties"},
      {"sent", "is what receivers have: use publish()"},
      {"queue", "is the broker's: use receive(), acknowledge() and abandon()"},
      {"leased", "may end at any moment: only the broker knows whether it still holds"},
      {"failures", "is what will go wrong: nobody knows that"},
      {"pc", "says where the other handler stands, which is another process"},
      {"self", "says which handler this is: each does the same, and none may be the only one"},
      {"Handlers", "are the processes that there are: nobody knows how many are alive"},
      {"Messages", "are all payments that will ever come: nobody knows them"},
      {"Failures", "says how much will go wrong: nobody knows that"}};
  for (const auto& [name, why] : hidden) {
    if (!workshop::modelcheck::first_match(handler, "\\b" + name + "\\b").empty()) {
      fail("knows too much", "the handler looks at \"" + name + "\", which " + why);
    }
  }
}

TEST_CASE_METHOD(Model, "every step of the model is taken in some execution", "[step1][given]") {
  const auto& result = survey().states;
  std::string dead;
  for (const auto& action : result.never_taken()) dead += "\n  " + action + " is never taken";
  const std::string jump = R"rx(pc' = \[pc EXCEPT !\[self\] = "(\w+)"\])rx";
  for (const auto& part : result.unreached) {
    if (part.text.empty()) continue;  // the whole action, which is reported already
    dead += "\n  in " + part.action + ": " +
            workshop::modelcheck::with_replaced(part.text, jump, "it never goes on to $1");
  }
  if (!dead.empty()) fail("dead step", "what never happens proves nothing:" + dead);
}
