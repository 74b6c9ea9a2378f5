#include <catch2/catch_test_macros.hpp>

#include "jetstream/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

GiftShop publisher(Situation situation) {
  GiftShop scenario = payments_shop(&jetstream::handle, situation);
  const bool stops = situation == Situation::after_window;
  if (stops) send_later(scenario, {{"relay", make_message(Poll{"back"}, {"back"}), 60min}});
  scenario.and_endpoint("relay");
  scenario.handles<Poll>(stops ? &jetstream::relay_that_stops : &jetstream::relay);
  scenario.with_handlers(to_handlers(1)).and_endpoint("ledger");
  return scenario;
}

// What is in the stream, whoever consumes it.
GiftShop stream_alone(Situation situation) {
  GiftShop scenario = publisher(situation);
  judge_by(scenario, "stored", [](const StoreView& view, const Message& payment) {
    return accepted_count(view, "ledger", payment.id);
  });
  return scenario;
}

GiftShop consumer(Situation situation,
                  Task<void> (*receive)(const PaymentBooked&, HandlerContext&)) {
  GiftShop scenario = publisher(situation);
  scenario.handles<PaymentBooked>(receive).with_handlers(to_handlers(2));
  judge_by(scenario, "entered", [](const StoreView& view, const Message& payment) {
    return times_entered(view, payload_of<BookPayment>(payment));
  });
  return scenario;
}

}  // namespace

TEST_CASE("JetStream's deduplication does what its page says", "[jetstream]") {
  constexpr auto kTwice = "duplicate effect";
  check_page("jetstream",
             {{"the stream alone, 2 minutes", &stream_alone, {"", "", "", "", kTwice, "", ""}},
              {"a consumer with double acknowledgement",
               [](Situation situation) { return consumer(situation, &enter); },
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
              {"a consumer that keeps ids",
               [](Situation situation) { return consumer(situation, &enter_once); },
               {"", "", "", "", "", "", ""}}},
             Situation::crash);
}
