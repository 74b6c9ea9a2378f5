#include "loyalty_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/spec_checks.hpp"

using namespace workshop;
using namespace workshop::shop;
using modelcheck::ExecutionsOptions;

namespace {

GiftShop two_payments() {
  return gift_shop("loyalty")
      .handles<CustomerPaid>(&handle)
      .with("customer-1", Customer{.spent = 95})
      .deliver(CustomerPaid{"customer-1", 10}, to_handlers(2))
      .deliver(CustomerPaid{"customer-1", 1000}, to_handlers(2))
      .with_faults(Faults::momentary());
}

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("Outbox", 15'164);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("OutboxMutants");
}

TEST_CASE("executions of the handler are behaviours of the specification", "[traces]") {
  REQUIRE_EXECUTIONS_ACCEPTED("OutboxTrace", two_payments().scenario(), ExecutionsOptions{});
}

// Of a program that is linked with a mistake.
TEST_CASE("an execution of a wrong handler is none", "[planted]") {
  REQUIRE_EXECUTION_REJECTED("OutboxTrace", two_payments().scenario(), ExecutionsOptions{});
}
