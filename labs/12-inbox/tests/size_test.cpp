#include <catch2/catch_test_macros.hpp>
#include <utility>

#include "payments_handler.hpp"
#include "workshop/shop/quiet_shop.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr int kPaymentsCount = 100;

/// The endpoint "payments" and what it runs on.
struct Shop : QuietShop {
  Shop() : QuietShop(Profile::dynamodb(), {"PaymentBooked"}) {
    open("payments").on<BookPayment>(&handle);
    // As many digits at the start as at the end: the sum itself makes no difference to the size.
    with("order-1", Order{.paid = 1000});
  }

  void pay(Message payment) {
    send("payments", std::move(payment));
    handle_one("payments");
  }
};

}  // namespace

TEST_CASE("an event says what was paid and by which message, under an id of its own",
          "[step1][given]") {
  Shop shop;
  for (auto& payment : payments_of_cart_1()) shop.pay(std::move(payment));

  REQUIRE(wrong_in_events_of_cart_1(shop.archive()) == "");
}

TEST_CASE("an order is as small after a hundred payments as before the first", "[step1]") {
  Shop shop;
  const auto bytes_before = shop.bytes_of<Order>("order-1");
  for (int i = 0; i < kPaymentsCount; ++i) shop.pay(make_message(BookPayment{"order-1", 1}));
  const auto bytes_after = shop.bytes_of<Order>("order-1");

  REQUIRE(shop.entity<Order>("order-1").paid == 1000 + kPaymentsCount);
  INFO("bytes of order-1: " << bytes_before << " before, " << bytes_after << " after "
                            << kPaymentsCount << " payments; its document may have "
                            << Profile::dynamodb().document_bytes_max);
  REQUIRE(bytes_after == bytes_before);
}
