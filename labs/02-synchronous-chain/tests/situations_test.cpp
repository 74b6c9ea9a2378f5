#include <catch2/generators/catch_generators.hpp>

#include "chain_world.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const std::string kLongCard = "4000-1234-5678-9010";

// A check that knows one card, and no other that begins like it.
Task<HttpResponse> knows_one_card(HttpRequest request, ProcessContext& context) {
  co_await note_check(request, context);
  const auto check = from_json<Check>(request.body);
  co_return HttpResponse{200, check.card == kLongCard ? "fine" : "suspicious", {}};
}

// A customer whose page sends what is no purchase.
Task<void> submit_nonsense(ProcessContext& context) {
  const HttpRequest request{HttpMethod::post, "/charges", "{\"order", {}};
  Told told;
  try {
    const auto answer = co_await serve(&charge, kAccounts, request, context);
    told.answer = noted(answer);
  } catch (const std::exception& error) {
    told.answer = std::string("it threw: ") + error.what();
  }
  co_await context.store(kNotes).put(EntityStore::key_of<Told>(kPurchase.order_id), to_json(told),
                                     Expected::any());
}

}  // namespace

TEST_CASE("a customer without time for anything has an answer in time as well", "[step1]") {
  const milliseconds patience{GENERATE(1, 15, 20, 21, 39, 40, 41)};
  auto scenario =
      chain({submits(kPurchase, patience)}, &hangs).at_rest(answered_within(kPurchase, patience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("every amount is checked", "[given]") {
  const int amount = GENERATE(1, 2, 10, 50, 100, 500, 999);
  const Purchase fine{"order-1", "card-1", amount};
  const Purchase stolen{"order-3", "stolen", amount};
  auto scenario = chain({submits(fine), submits(stolen)}, &checks)
                      .at_rest(told_any_of(fine, {kCharged}))
                      .at_rest(on_the_bill(fine))
                      .at_rest(told_any_of(stolen, {kDeclined}))
                      .at_rest(never_charged(stolen))
                      .up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a long card is checked and charged as it is", "[given]") {
  const Purchase purchase{"order-1", kLongCard, 1};
  auto scenario = chain({submits(purchase)}, &knows_one_card)
                      .with_document(EntityStore::key_of<Account>(kLongCard),
                                     to_json(Account{kBalance}), kAccounts)
                      .at_rest(told_any_of(purchase, {kCharged}))
                      .at_rest(told_the_truth(purchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("only what says fine is fine", "[step2]") {
  const auto* page = GENERATE("fine ", "fine\n", " fine", "fine, but slow", "Fine", "fine\r\n",
                              "suspicious?", "suspended", "suspicious ", "it is fine");
  auto scenario = chain({submits(kPurchase)}, answers({200, page, {}}))
                      .at_rest(told_any_of(kPurchase, {kNotCharged}))
                      .at_rest(told_the_truth(kPurchase));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("nothing is unknown however often something is refused", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(told_any_of(kPurchase, {kCharged, kNotCharged}))
                      .at_rest(told_the_truth(kPurchase))
                      .with_faults({Fault::refused})
                      .up_to(4, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a customer is told the truth however long an error lasts", "[step2]") {
  auto scenario = chain({submits(kPurchase)}, &checks)
                      .at_rest(told_the_truth(kPurchase))
                      .at_rest(charged_once(kPurchase))
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("what is no purchase is not charged", "[step2]") {
  auto scenario =
      chain({&submit_nonsense}, &checks).at_rest(told_any_of(kPurchase, {kNotCharged})).up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds());
}
