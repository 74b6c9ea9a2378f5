#include "payments_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/spec_checks.hpp"

using namespace workshop;
using namespace workshop::shop;
using modelcheck::ExecutionsOptions;

namespace {

GiftShop two_payments() {
  return gift_shop("payments")
      .handles<BookPayment>(&handle)
      .on_store(Profile::dynamodb())
      .with("order-1", Order{})
      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
      .with_faults(Faults::momentary());
}

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("Inbox", 34'036);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("InboxMutants");
}

TEST_CASE("executions of the handler are behaviours of the specification", "[traces]") {
  REQUIRE_EXECUTIONS_ACCEPTED("InboxTrace", two_payments().scenario(), ExecutionsOptions{});
}

// Of a program that is linked with a mistake.
TEST_CASE("an execution of a wrong handler is none", "[planted]") {
  REQUIRE_EXECUTION_REJECTED("InboxTrace", two_payments().scenario(), ExecutionsOptions{});
}

TEST_CASE("three deliveries are enough for each of two payments", "[progress]") {
  auto shop = two_payments();
  const auto verdict = shop.every_switch(3).holds(exactly_one_effect);

  INFO(verdict.report.to_string());
  REQUIRE(verdict.holds());
  REQUIRE(verdict.report.ended == explore::Ended::exhausted);
}
