#include <catch2/catch_test_macros.hpp>

#include "cap/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

template <class Subscriber>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&cap::receive, situation);
  if (situation == Situation::after_window) send_later(scenario, {first_payment_again(24h * 365)});
  scenario.and_endpoint("execute").handles<Poll>(&Subscriber::execute);
  // A second node takes what the first one still executes when it looks back too short a time.
  scenario.with_handlers(to_handlers(situation == Situation::lease_expiry ? 2 : 1));
  scenario.and_endpoint("publish").handles<Poll>(&cap::publish).with_handlers(to_handlers(1));
  return scenario;
}

}  // namespace

TEST_CASE("CAP does what its page says", "[cap]") {
  using namespace cap;
  constexpr auto kTwice = "duplicate effect";
  check_page("cap",
             {{"as documented",
               &payments<Subscriber>,
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
              {"subscriber tracks ids", &payments<Tracking>, {"", "", "", "", "", "", ""}}},
             Situation::crash);
}
