#include <catch2/generators/catch_generators.hpp>

#include "chain_world.hpp"

using namespace workshop;
using namespace workshop::shop;

TEST_CASE("a fine card with money is charged and others are declined", "[given]") {
  auto scenario = chain({submits(kPurchase), submits(kSuspicious), submits(kTooMuch)}, &checks)
                      .at_rest(told_any_of(kPurchase, {kCharged}))
                      .at_rest(told_any_of(kSuspicious, {kDeclined}))
                      .at_rest(told_any_of(kTooMuch, {kDeclined}))
                      .at_rest(told_the_truth(kPurchase))
                      .at_rest(told_the_truth(kSuspicious))
                      .at_rest(told_the_truth(kTooMuch))
                      .at_rest(on_the_bill(kPurchase))
                      .at_rest(answered_within(kPurchase, kReserve))
                      .up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a card may be charged to its last coin", "[given]") {
  auto scenario = chain({submits(kTheLastCoin)}, &checks)
                      .at_rest(told_any_of(kTheLastCoin, {kCharged}))
                      .at_rest(told_the_truth(kTheLastCoin));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a card without an account is declined", "[given]") {
  auto scenario =
      chain({submits(kNoAccount)}, &checks).at_rest(told_any_of(kNoAccount, {kDeclined}));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer has an answer in time although the check hangs", "[step1]") {
  auto scenario =
      chain({submits(kPurchase, kPatience)}, &hangs).at_rest(answered_within(kPurchase, kPatience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("an impatient customer has an answer in time as well", "[step1]") {
  const milliseconds patience{100};
  auto scenario =
      chain({submits(kPurchase, patience)}, &hangs).at_rest(answered_within(kPurchase, patience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer who leaves no time for a check has an answer in time as well", "[step1]") {
  const milliseconds patience{30};  // less than the reserves of two services
  auto scenario =
      chain({submits(kPurchase, patience)}, &hangs).at_rest(answered_within(kPurchase, patience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer who does not say how long has an answer in time as well", "[step1]") {
  auto scenario = chain({submits(kPurchase, std::nullopt)}, &hangs)
                      .at_rest(answered_within(kPurchase, kPatience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a slow check is waited for as long as the customer has time", "[step1]") {
  const milliseconds patience = GENERATE(std::chrono::seconds{5}, std::chrono::hours{1});
  auto scenario = chain({submits(kPurchase, patience)}, takes(patience - 3 * kReserve))
                      .at_rest(told_any_of(kPurchase, {kCharged}))
                      .at_rest(answered_within(kPurchase, patience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a purchase that has waited too long in a queue is not begun", "[step1]") {
  // One process serves "payments", and the first one's check holds it up.
  const milliseconds patience{200};
  auto scenario = chain({submits(kPurchase, kPatience), submits(kOtherPurchase, patience)},
                        takes(milliseconds{300}))
                      .at_rest([=](const StoreView& view) -> std::optional<Violation> {
                        for (const int time : checks_of(view, kOtherPurchase.order_id)) {
                          if (time < patience.count()) continue;
                          return Violation{"work for nobody", "order-2's customer waits for 200 ms",
                                           fmt::format("its check begins after {} ms", time)};
                        }
                        return answered_within(kOtherPurchase, patience)(view);
                      });

  REQUIRE_EXPLORED(scenario.holds());
}
