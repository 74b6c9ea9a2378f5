#include <catch2/generators/catch_generators.hpp>

#include "chain_world.hpp"

using namespace workshop;
using namespace workshop::shop;

TEST_CASE("a card is charged at most once whatever is lost", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(charged_once(kPurchase))
                      .with_faults(kAnyTrouble)
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a purchase is checked at most once whatever is lost", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(checked_once(kPurchase))
                      .with_faults(kAnyTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a check that is overloaded is asked once and not nine times", "[step2]") {
  auto scenario = chain({submits(kPurchase, 10 * kPatience)}, takes(milliseconds{1'500}))
                      .at_rest(checked_once(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told the truth whatever fails", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(told_the_truth(kPurchase))
                      .with_faults(kAnyTrouble)
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a stolen card is never charged whatever fails", "[step2][given]") {
  auto scenario = chain({submits(kSuspicious)}, &checks)
                      .at_rest(never_charged(kSuspicious))
                      .at_rest(told_the_truth(kSuspicious))
                      .with_faults(kAnyTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"not charged\" when the check hangs", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &hangs)
                      .at_rest(told_any_of(kPurchase, {kNotCharged}))
                      .at_rest(told_the_truth(kPurchase))
                      .at_rest(answered_within(kPurchase, kPatience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"not charged\" when the check fails", "[step2]") {
  const auto* page = GENERATE("", "fine", "suspicious");  // what an error says, it says of itself
  auto scenario = chain({submits(kPurchase)}, answers({500, page, {}}))
                      .at_rest(told_any_of(kPurchase, {kNotCharged}))
                      .at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"not charged\" when the check talks nonsense", "[step2]") {
  const auto page = GENERATE(
      values<HttpResponse>({{200, "back soon", {}}, {200, "not fine", {}}, {202, "fine", {}}}));
  auto scenario = chain({submits(kPurchase)}, answers(page))
                      .at_rest(told_any_of(kPurchase, {kNotCharged}))
                      .at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"not charged\" when something is refused", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(told_any_of(kPurchase, {kCharged, kNotCharged}))
                      .at_rest(told_the_truth(kPurchase))
                      .with_faults({Fault::refused})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a service that is down is not called again and again", "[step2]") {
  const bool payments_down = GENERATE(false, true);
  auto scenario = chain({payments_down ? submits_without_payments(kPurchase) : submits(kPurchase)},
                        &checks, 1, &charges_without_a_check)
                      .at_rest(called_a_few_times(kPurchase))
                      .at_rest(told_any_of(kPurchase, {kNotCharged}));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"unknown\" when payments breaks down", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks, 1, charges_and_answers({500, "", {}}))
                      .at_rest(told_any_of(kPurchase, {kUnknown}))
                      .at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told \"unknown\" when somebody else answers for payments", "[step2]") {
  const auto page = GENERATE(values<HttpResponse>(
      {{503, "busy", {}}, {402, "pay first", {}}, {200, "welcome", {}}, {502, "not charged", {}}}));
  auto scenario = chain({submits(kPurchase)}, &checks, 1, charges_and_answers(page))
                      .at_rest(told_any_of(kPurchase, {kUnknown}))
                      .at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told the truth when the store is cut off", "[step2]") {
  auto scenario =
      chain({submits(kPurchase)}, &checks, 1, &charges_cut_off).at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("two customers with one card are told the truth", "[step2]") {
  auto scenario = chain({submits(kPurchase), submits(kOtherPurchase)}, &checks, 2)
                      .at_rest(told_any_of(kPurchase, {kCharged, kNotCharged}))
                      .at_rest(told_the_truth(kPurchase))
                      .at_rest(told_the_truth(kOtherPurchase))
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds());
}
