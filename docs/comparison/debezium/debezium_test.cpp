#include <catch2/catch_test_macros.hpp>

#include "debezium/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

template <class Connector>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&debezium::handle, situation);
  if (situation == Situation::after_window) send_later(scenario, {first_payment_again(24h * 365)});
  scenario.and_endpoint("connector").handles<Poll>(&Connector::run).with_handlers(to_handlers(1));
  return scenario;
}

// It stands still from the start, and goes on when the log is gone.
GiftShop stopped_too_long(Situation situation) {
  GiftShop scenario = payments_shop(&debezium::handle, situation);
  scenario.and_endpoint("connector");
  scenario.and_endpoint("restarted").handles<Poll>(&debezium::Connector::run);
  scenario.with_handlers(to_handlers(1));
  scenario.and_endpoint("purge").handles<Poll>(&debezium::purge).with_handlers(to_handlers(1));
  const auto purge = make_message(Poll{"the log is too old"}, {"purge"});
  const auto restart = make_message(Poll{"the connector is back"}, {"restart"});
  return send_later(scenario, {{"purge", purge, 24h * 7}, {"restarted", restart, 24h * 8}});
}

}  // namespace

TEST_CASE("Debezium's outbox does what its page says", "[debezium]") {
  using namespace debezium;
  constexpr auto kLost = "lost message";
  check_page("debezium",
             {{"connector", &payments<Connector>, {"", "", "", "", "", "", ""}},
              {"stopped for longer than the log is kept",
               &stopped_too_long,
               {"-", "-", "-", "-", kLost, "-", "-"}},
              {"broken: offset before message",
               &payments<OffsetFirst>,
               {kLost, kLost, "", kLost, kLost, kLost, ""}}},
             Situation::after_window);
}
