#include <catch2/catch_test_macros.hpp>

#include "watermill/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

template <class Handler>
GiftShop payments(Situation situation) {
  GiftShop scenario = payments_shop(&Handler::handle, situation);
  if (situation == Situation::after_window) send_later(scenario, {first_payment_again(24h * 365)});
  scenario.and_endpoint("forwarder").handles<Poll>(&watermill::forward);
  return scenario.with_handlers(to_handlers(1));
}

}  // namespace

TEST_CASE("watermill's forwarder does what its page says", "[watermill]") {
  using namespace watermill;
  constexpr auto kTwice = "duplicate effect";
  check_page("watermill",
             {{"forwarder", &payments<Remembering>, {"", "", "", "", "", "", ""}},
              {"its adapter before issue 311",
               &payments<BySequence>,
               {"", "", "", "", "", "", "lost message"}},
              {"a handler without memory",
               &payments<Plain>,
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}}},
             Situation::overtaking);
}
