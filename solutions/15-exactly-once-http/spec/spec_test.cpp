#include "payments_shop.hpp"
#include "workshop/testing/spec_checks.hpp"

using namespace workshop;
using namespace workshop::shop;
using modelcheck::ExecutionsOptions;

namespace {

GiftShop one_payment() {
  return shop_with_payments(1)
      .handles<PayOrder>(&handle)
      .handles<FetchAnswer>(&handle)
      .with("order-1", Order{})
      .deliver(PayOrder{"order-1", kCard, 1}, to_handlers(2))
      .with_faults(Faults::all());
}

const ExecutionsOptions kExecutions{.names_prefix = "/"};  // targets

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("ExactlyOnceHttp", 93'544);
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
