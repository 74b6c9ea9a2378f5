#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/spec_checks.hpp"

using namespace workshop;
using namespace workshop::shop;
using modelcheck::ExecutionsOptions;

namespace {

void deliver(GiftShop& shop, const std::string& id, int amount) {
  auto message = make_message(BookPayment{"order-1", amount}, MessageId{id});
  message.headers.emplace(tokens::header_for("payments"), "token-" + id);
  shop.with("token-" + id, Token{id, "payments"}).deliver_message(message, to_handlers(2), once());
}

GiftShop two_payments() {
  auto shop = gift_shop("payments")
                  .handles<BookPayment>(&handle)
                  .on_store(Profile::cosmos())
                  .with("order-1", Order{})
                  .with_faults(Faults::all());
  deliver(shop, "m1", 1);
  deliver(shop, "m2", 10);
  return shop;
}

/// Nothing goes wrong, but every switch between the two handlers is tried, and a message that was
/// received so often is given up.
Verdict with_deliveries(std::uint32_t deliveries_max) {
  auto shop = two_payments();
  shop.all_messages_at_once().with_faults({}).up_to(0, 0);
  shop.scenario().bounds.preemptions_max = explore::kUnlimitedPreemptions;
  shop.scenario().search.shortest = false;
  shop.scenario().queues.back().options.deliveries_max = deliveries_max;
  return shop.holds(exactly_one_effect);
}

}  // namespace

TEST_CASE("TLC finds nothing wrong with the algorithm", "[spec]") {
  REQUIRE_SPEC_HOLDS("Tokens", 74'068);
}

TEST_CASE("TLC finds what is wrong with each mutant", "[mutants]") {
  REQUIRE_MUTANTS_CAUGHT("TokensMutants");
}

TEST_CASE("executions of the handler are behaviours of the specification", "[traces]") {
  REQUIRE_EXECUTIONS_ACCEPTED("TokensTrace", two_payments().scenario(), ExecutionsOptions{});
}

// Of a program that is linked with a mistake.
TEST_CASE("an execution of a wrong handler is none", "[planted]") {
  REQUIRE_EXECUTION_REJECTED("TokensTrace", two_payments().scenario(), ExecutionsOptions{});
}

// A message has four saves of the order, each of which may make the other one begin anew.
TEST_CASE("five deliveries are enough for each of two payments", "[progress]") {
  const auto verdict = with_deliveries(5);

  INFO(verdict.report.to_string());
  REQUIRE(verdict.holds());
  REQUIRE(verdict.report.ended == explore::Ended::exhausted);
}
