#include "payments_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/spec_checks.hpp"
#include <chrono>
#include <cstdio>

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
      .with_faults(Faults::all());
}

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("OutboxOutside", 39'880);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("OutboxOutsideMutants");
}

TEST_CASE("executions of the handler are behaviours of the specification", "[traces]") {
  REQUIRE_EXECUTIONS_ACCEPTED("OutboxOutsideTrace", two_payments().scenario(), ExecutionsOptions{});
}

// Of a program that is linked with a mistake.
TEST_CASE("an execution of a wrong handler is none", "[planted]") {
  REQUIRE_EXECUTION_REJECTED("OutboxOutsideTrace", two_payments().scenario(), ExecutionsOptions{});
}

TEST_CASE("duel", "[.][duel]") {
  auto shop = two_payments();
  shop.all_messages_at_once().with_faults({}).up_to(0, 7);
  shop.scenario().bounds.preemptions_max = explore::kUnlimitedPreemptions;
  shop.scenario().bounds.time_max = std::chrono::seconds{60};
  for (std::uint32_t deliveries = 2; deliveries <= 6; ++deliveries) {
    shop.scenario().queues.back().options.deliveries_max = deliveries;
    const auto verdict = shop.holds(exactly_one_effect);
    printf("deliveries_max %u: %s %s\n", deliveries, verdict.report.to_string().c_str(),
           verdict.failure ? (verdict.failure->violation->name + ": " + verdict.failure->schedule).c_str() : "");
    fflush(stdout);
  }
}
