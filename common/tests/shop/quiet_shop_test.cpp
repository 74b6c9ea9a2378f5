#include "workshop/shop/quiet_shop.hpp"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <string>
#include <utility>

#include "workshop/shop/messages.hpp"

using namespace workshop;
using namespace workshop::shop;
using Catch::Matchers::ContainsSubstring;

namespace {

Task<void> tells(const BookPayment& payment, HandlerContext& context) {
  return context.publish(PaymentBooked{payment.order_id, payment.amount}, MessageId::random());
}

Task<void> tells_another_sum(const BookPayment& payment, HandlerContext& context) {
  return context.publish(PaymentBooked{payment.order_id, payment.amount + 1}, MessageId::random());
}

Task<void> tells_under_the_payments_id(const BookPayment& payment, HandlerContext& context) {
  return context.publish(PaymentBooked{payment.order_id, payment.amount}, context.message().id);
}

Task<void> tells_under_one_id(const BookPayment& payment, HandlerContext& context) {
  return context.publish(PaymentBooked{payment.order_id, payment.amount}, MessageId{"booked"});
}

Task<void> tells_nobody(const BookPayment&, HandlerContext&) { co_return; }

std::string wrong_with_what_it_tells(Task<void> (*handle)(const BookPayment&, HandlerContext&)) {
  QuietShop shop(Profile::relational(), {"PaymentBooked"});
  shop.open("payments").on<BookPayment>(handle);
  for (auto& payment : payments_of_cart_1()) shop.send("payments", std::move(payment));
  shop.handle_all("payments");
  return wrong_in_events_of_cart_1(shop.archive());
}

}  // namespace

TEST_CASE("what is told of two payments is looked at") {
  CHECK(wrong_with_what_it_tells(&tells) == "");
  CHECK_THAT(wrong_with_what_it_tells(&tells_another_sum), ContainsSubstring("\"amount\":31"));
  CHECK_THAT(wrong_with_what_it_tells(&tells_nobody), ContainsSubstring("told was:\n\nand not"));
  CHECK_THAT(wrong_with_what_it_tells(&tells_under_the_payments_id),
             ContainsSubstring("told under payment-30, payment-5"));
  CHECK_THAT(wrong_with_what_it_tells(&tells_under_one_id), ContainsSubstring("told under booked"));
}

TEST_CASE("a quiet shop keeps what it is given, and names what it has not") {
  QuietShop shop(Profile::relational(), {});
  shop.with("order-1", BookPayment{"order-1", 30});
  CHECK(shop.entity<BookPayment>("order-1").amount == 30);
  CHECK(shop.bytes_of<BookPayment>("order-1") == to_json(BookPayment{"order-1", 30}).size());
  CHECK_THROWS_AS(shop.entity<BookPayment>("order-2"), InvalidRequest);
  shop.open("payments");
  CHECK_FALSE(shop.handle_one("payments"));
  CHECK_THROWS_AS(shop.open("payments"), InvalidRequest);
  CHECK_THROWS_AS(shop.handle_one("orders"), InvalidRequest);
}
