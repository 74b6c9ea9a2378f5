#include <catch2/catch_test_macros.hpp>

#include "polling-relay/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

template <class Relay>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&polling_relay::handle, situation);
  if (situation == Situation::after_window) {
    send_later(scenario, {first_payment_again(24h * 365)});
  }
  scenario.and_endpoint("relay").handles<Poll>(&Relay::relay).with_handlers(to_handlers(1));
  return scenario;
}

}  // namespace

TEST_CASE("a relay that polls by sequence does what its page says", "[polling-relay]") {
  using namespace polling_relay;
  check_page(
      "polling-relay",
      {{"position in a sequence", &payments<BySequence>, {"", "", "", "", "", "", "lost message"}},
       {"mended: removes each row", &payments<ByRow>, {"", "", "", "", "", "", ""}}},
      Situation::overtaking);
}
