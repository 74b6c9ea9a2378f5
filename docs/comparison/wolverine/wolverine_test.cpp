#include <catch2/catch_test_macros.hpp>

#include "wolverine/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

template <bool conditional>
GiftShop payments(Situation situation, std::chrono::minutes kept) {
  GiftShop scenario = payments_shop(&wolverine::receive, situation);
  scenario.and_endpoint("node").handles<Poll>(&wolverine::work<conditional>);
  // A second node takes over what a node that it takes for dead still handles.
  scenario.with_handlers(to_handlers(situation == Situation::lease_expiry ? 2 : 1));
  if (situation != Situation::after_window) return scenario;
  scenario.and_endpoint("purge").handles<Poll>(&wolverine::purge).with_handlers(to_handlers(1));
  const auto poll = make_message(Poll{"kept long enough"}, {"purge"});
  return send_later(scenario, {{"purge", poll, kept}, first_payment_again(60min)});
}

}  // namespace

TEST_CASE("Wolverine's inbox and outbox do what their page says", "[wolverine]") {
  constexpr auto kTwice = "duplicate effect";
  check_page("wolverine",
             {{"kept for 5 minutes",
               [](Situation situation) { return payments<false>(situation, 5min); },
               {"", "", kTwice, "", kTwice, "", ""}},
              {"kept for 30 days",
               [](Situation situation) { return payments<false>(situation, 24h * 30); },
               {"", "", kTwice, "", "", "", ""}},
              {"and marked conditionally",
               [](Situation situation) { return payments<true>(situation, 24h * 30); },
               {"", "", "", "", "", "", ""}}},
             Situation::lease_expiry);
}
