#include <catch2/catch_test_macros.hpp>

#include "nservicebus/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

constexpr auto kDay = 24h;

// The first payment comes again on the 8th day; records are purged after the retention.
template <class Algorithm>
GiftShop payments(Situation situation, std::chrono::hours retention) {
  GiftShop scenario = payments_shop(&Algorithm::handle, situation);
  if (situation != Situation::after_window) return scenario;
  scenario.and_endpoint("purge").handles<Poll>(&nservicebus::purge).with_handlers(to_handlers(1));
  const auto poll = make_message(Poll{"retention is over"}, {"purge"});
  return send_later(scenario, {{"purge", poll, retention}, first_payment_again(8 * kDay)});
}

}  // namespace

TEST_CASE("NServiceBus's outbox does what its page says", "[nservicebus]") {
  using namespace nservicebus;
  check_page(
      "nservicebus",
      {{"as documented, 7 days",
        [](Situation situation) { return payments<AsDocumented>(situation, 7 * kDay); },
        {"", "", "", "", "duplicate effect", "", ""}},
       {"retention of 30 days",
        [](Situation situation) { return payments<AsDocumented>(situation, 30 * kDay); },
        {"", "", "", "", "", "", ""}},
       {"broken: no messages in the record",
        [](Situation situation) { return payments<MarkedFirst>(situation, 30 * kDay); },
        {"lost message", "lost message", "", "lost message", "lost message", "lost message", ""}}},
      Situation::after_window);
}
