#include <catch2/catch_test_macros.hpp>

#include "masstransit/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

GiftShop consumer_outbox(Situation situation, std::chrono::minutes window) {
  using namespace masstransit;
  GiftShop scenario = payments_shop(&ConsumerOutbox::handle, situation);
  if (situation != Situation::after_window) return scenario;
  scenario.and_endpoint("cleanup").handles<Poll>(&cleanup).with_handlers(to_handlers(1));
  const auto poll = make_message(Poll{"the window is over"}, {"cleanup"});
  return send_later(scenario, {{"cleanup", poll, window}, first_payment_again(60min)});
}

GiftShop bus_outbox(Situation situation) {
  using namespace masstransit;
  GiftShop scenario = payments_shop(&BusOutbox::handle, situation);
  if (situation == Situation::after_window) send_later(scenario, {first_payment_again(60min)});
  scenario.and_endpoint("delivery").handles<Poll>(&delivery_service);
  return scenario.with_handlers(to_handlers(1));
}

}  // namespace

TEST_CASE("MassTransit's outboxes do what their page says", "[masstransit]") {
  constexpr auto kTwice = "duplicate effect";
  check_page(
      "masstransit",
      {{"consumer outbox, 30 minutes",
        [](Situation situation) { return consumer_outbox(situation, 30min); },
        {"", "", "", "", kTwice, "", ""}},
       {"window of 30 days",
        [](Situation situation) { return consumer_outbox(situation, 24h * 30); },
        {"", "", "", "", "", "", ""}},
       {"bus outbox alone", &bus_outbox, {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}}},
      Situation::after_window);
}
