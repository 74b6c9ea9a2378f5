#include <catch2/catch_test_macros.hpp>

#include "kafka/handler.hpp"
#include "world/situations.hpp"

using namespace comparison;
using namespace std::chrono_literals;

namespace {

// What a reader of committed records sees of a payment, and the state.
std::optional<Violation> wrong_with(const BookPayment& payment, const StoreView& view) {
  int told = 0;
  for (const auto& document : view.documents()) {
    if (document.key.partition != kafka::kEvents) continue;
    if (from_json<PaymentBooked>(document.body).amount == payment.amount) ++told;
  }
  const auto booked = times_booked(view, payment);
  const auto expected =
      "the payment of " + std::to_string(payment.amount) + " is booked and told once";
  const auto got =
      "booked " + std::to_string(booked) + " times, told " + std::to_string(told) + " times";
  if (booked > 1 || told > 1) return Violation{"duplicate effect", expected, got};
  if (booked < 1 || told < 1) return Violation{"lost effect", expected, got};
  return std::nullopt;
}

Task<void> forget_offsets(const Poll&, HandlerContext& context) {
  co_await Transaction().erase(kafka::kOffsets, "group").commit(context.store().documents());
}

GiftShop& record(GiftShop& scenario, int offset, const BookPayment& payment, std::string id) {
  return scenario.with_document({kafka::kPayments, numbered(offset)},
                                to_json(make_message(payment, {std::move(id)})));
}

template <kafka::Options options>
GiftShop payments(Situation situation) {
  const BookPayment first{"order-1", 1};
  const bool two = situation == Situation::other_bytes || situation == Situation::overtaking;
  const BookPayment second{situation == Situation::overtaking ? "order-2" : "order-1", 10};
  GiftShop scenario = gift_shop("consumer").handles<Poll>(&kafka::consume<options>);
  record(scenario, 1, first, "m1");
  scenario.with("order-1", Order{}).deliver(Poll{"assigned"}, to_handlers(2));
  if (situation == Situation::duplicate) record(scenario, 2, first, "m1");
  if (two) record(scenario, 2, second, "m2");
  if (situation == Situation::overtaking) scenario.with("order-2", Order{});
  if (situation == Situation::after_window) {
    scenario.and_endpoint("broker").handles<Poll>(&forget_offsets).with_handlers(to_handlers(1));
    const auto poll = make_message(Poll{"offsets expire"}, {"expire"});
    const auto again = make_message(Poll{"assigned again"}, {"assigned-again"});
    send_later(scenario, {{"broker", poll, 24h * 7}, {"consumer", again, 24h * 8}});
  }
  return scenario.at_rest([=](const StoreView& view) {
    const auto wrong = wrong_with(first, view);
    return wrong || !two ? wrong : wrong_with(second, view);
  });
}

}  // namespace

TEST_CASE("Kafka's transactions do what their page says", "[kafka]") {
  using kafka::Options;
  constexpr auto kTwice = "duplicate effect";
  check_page(
      "kafka",
      {{"transactions", &payments<Options{}>, {"", kTwice, "", "", kTwice, "", ""}},
       {"ids in the state", &payments<Options{.remembers = true}>, {"", "", "", "", "", "", ""}},
       {"broken: not fenced",
        &payments<Options{.fenced = false}>,
        {"", kTwice, kTwice, "", kTwice, "", ""}},
       {"the order in a database",
        &payments<Options{.order_in_database = true}>,
        {kTwice, kTwice, kTwice, kTwice, kTwice, kTwice, ""}}},
      Situation::after_window);
}
