#include <optional>
#include <string>

#include "payments_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Whatever can happen to a handler between its delivery and its acknowledgement.
constexpr Faults kAnyTrouble = {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused,
                                Fault::unknown};

/// Payments of 1, 10 or 100 coins: each has its own digit of `paid`, which counts it.
int times_booked(const StoreView& shop, const BookPayment& payment) {
  return shop.entity<Order>(payment.order_id)->paid / payment.amount % 10;
}

GiftShop payments() {
  return gift_shop("payments").handles<BookPayment>(&handle).with("order-1", Order{});
}

/// Payments of one coin each, which no digit tells apart: at rest their sum must be right.
std::optional<Violation> paid_differs_from_2(const StoreView& shop) {
  const auto paid = shop.entity<Order>("order-1")->paid;
  if (paid == 2) return std::nullopt;
  return Violation{paid < 2 ? "lost effect" : "duplicate effect",
                   "two payments of 1 coin each: order-1 has paid 2",
                   "order-1 has paid " + std::to_string(paid)};
}

}  // namespace

TEST_CASE("a payment is booked once however often it is delivered", "[step1]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked)
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated())
                      .with_faults(kAnyTrouble)
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("two payments of one order are both booked and each of them once", "[step1]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked)
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("two payments that look alike are two payments", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .deliver(BookPayment{"order-1", 1})
                      .all_messages_at_once()
                      .at_rest(paid_differs_from_2)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("every payment is announced after it is booked whatever happens", "[step1][given]") {
  auto scenario = payments()
                      .emits<PaymentBooked, BookPayment>()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults(kAnyTrouble)
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message, no_premature_message));
}

TEST_CASE("a retry publishes the events again under the same ids", "[step2]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked)
                      .emits<PaymentBooked, BookPayment>()
                      .emits<ReceiptIssued, BookPayment>(2)
                      .deliver(BookPayment{"order-1", 100}, to_handlers(2))
                      .with_faults(kAnyTrouble)
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("two payments that look alike are announced under ids of their own", "[step2]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .deliver(BookPayment{"order-1", 1})
                      .all_messages_at_once()
                      .emits_in_all<PaymentBooked>(2)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}
