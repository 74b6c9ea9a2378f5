#include "payments_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

int times_booked(const StoreView& shop, const BookPayment& payment) {
  return shop.entity<Order>(payment.order_id)->paid / payment.amount;
}

}  // namespace

TEST_CASE("a payment is booked once, however often it is delivered", "[step1]") {
  auto scenario = gift_shop("payments")
                      .handles<BookPayment>(&handle)
                      .with("order-1", Order{})
                      .effect<BookPayment>("booked", times_booked)
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults({Fault::crash, Fault::duplicate});

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("an order begins without payments", "[step1][given]") { REQUIRE(Order{}.paid == 0); }
