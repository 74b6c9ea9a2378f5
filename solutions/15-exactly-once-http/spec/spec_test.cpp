#include "payments_shop.hpp"
#include "workshop/testing/spec_checks.hpp"

using namespace workshop;
using namespace workshop::shop;
using modelcheck::ExecutionsOptions;

namespace {

const PayOrder kPayOrder{"order-1", kCard, 1};

GiftShop shop_of_orders() {
  return shop_with_payments(1).handles<PayOrder>(&handle).handles<FetchAnswer>(&handle).with(
      "order-1", Order{});
}

GiftShop one_payment() {
  return shop_of_orders().deliver(kPayOrder, to_handlers(2)).with_faults(Faults::momentary());
}

const ExecutionsOptions kExecutions{.names_prefix = "/"};  // targets

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("ExactlyOnceHttp", 69'430);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("ExactlyOnceHttpMutants");
}

TEST_CASE("executions of both sides are behaviours of the specification", "[traces]") {
  REQUIRE_EXECUTIONS_ACCEPTED("ExactlyOnceHttpTrace", one_payment().scenario(), kExecutions);
}

// Of a program that is linked with a mistake.
TEST_CASE("an execution of a wrong handler is none", "[planted]") {
  REQUIRE_EXECUTION_REJECTED("ExactlyOnceHttpTrace", one_payment().scenario(), kExecutions);
}

// An attempt fails when the other one notes its target meanwhile, then when that one commits, then
// because all is deleted that it would POST to; the fourth finds the answer.
TEST_CASE("four deliveries of a message that comes twice are enough", "[progress]") {
  auto shop = shop_of_orders().deliver(kPayOrder, to_handlers(2), duplicated());
  const auto verdict = shop.every_switch(4).holds(exactly_one_effect);

  INFO(verdict.report.to_string());
  REQUIRE(verdict.holds());
  REQUIRE(verdict.report.ended == explore::Ended::exhausted);
}
