#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "payments_handler.hpp"
#include "workshop/shop/quiet_shop.hpp"

using namespace workshop;
using namespace workshop::shop;

TEST_CASE("an event says what was paid and by which message, under an id of its own",
          "[step1][given]") {
  QuietShop shop(Profile::dynamodb(), {"PaymentBooked"});
  shop.open("payments").on<BookPayment>(&handle);
  shop.with("order-1", Order{});
  for (auto& payment : payments_of_cart_1()) {
    shop.send("payments", std::move(payment));
    shop.handle_one("payments");
  }

  REQUIRE(wrong_in_events_of_cart_1(shop.archive()) == "");
}
