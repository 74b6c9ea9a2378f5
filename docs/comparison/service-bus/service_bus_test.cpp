#include <catch2/catch_test_macros.hpp>

#include "service-bus/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;
using namespace service_bus;

namespace {

GiftShop sender(Situation situation, Task<void> (*send)(const BookPayment&, HandlerContext&)) {
  GiftShop scenario = payments_shop(send, situation);
  if (situation == Situation::after_window) send_later(scenario, {first_payment_again(60min)});
  scenario.and_endpoint("ledger");
  return scenario;
}

// What is in the queue, whoever receives it.
GiftShop queue_alone(Situation situation) {
  GiftShop scenario = sender(situation, &send<false>);
  judge_by(scenario, "accepted", [](const StoreView& view, const Message& payment) {
    return accepted_count(view, "ledger", payment.id);
  });
  return scenario;
}

template <bool random_ids>
GiftShop with_receiver(Situation situation,
                       Task<void> (*receive)(const PaymentBooked&, HandlerContext&)) {
  GiftShop scenario = sender(situation, &send<random_ids>);
  scenario.handles<PaymentBooked>(receive).with_handlers(to_handlers(2));
  judge_by(scenario, "entered", [](const StoreView& view, const Message& payment) {
    return times_entered(view, payload_of<BookPayment>(payment));
  });
  return scenario;
}

}  // namespace

TEST_CASE("Service Bus's duplicate detection does what its page says", "[service-bus]") {
  constexpr auto kTwice = "duplicate effect";
  check_page("service-bus",
             {{"the queue alone, 10 minutes", &queue_alone, {"", "", "", "", kTwice, "", ""}},
              {"a receiver that trusts it",
               [](Situation situation) { return with_receiver<false>(situation, &enter); },
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}},
              {"a receiver that keeps ids",
               [](Situation situation) { return with_receiver<false>(situation, &enter_once); },
               {"", "", "", "", "", "", ""}},
              {"broken: random MessageId",
               [](Situation situation) { return with_receiver<true>(situation, &enter_once); },
               {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}}},
             Situation::crash);
}
