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
                  .with_faults(Faults::momentary());
  deliver(shop, "m1", 1);
  deliver(shop, "m2", 10);
  return shop;
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
  auto shop = two_payments();
  const auto verdict = shop.every_switch(5).holds(exactly_one_effect);

  INFO(verdict.report.to_string());
  REQUIRE(verdict.holds());
  REQUIRE(verdict.report.ended == explore::Ended::exhausted);
}
