#include <optional>
#include <string>

#include "payments_handler.hpp"
#include "postman.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

std::function<std::optional<Violation>(const StoreView&)> paid_differs_from(int expected) {
  return [expected](const StoreView& shop) -> std::optional<Violation> {
    const int found = paid(*shop.entity<Order>("order-1"));
    if (found == expected) return std::nullopt;
    return Violation{found < expected ? "lost effect" : "duplicate effect",
                     "paid(order-1) is " + std::to_string(expected),
                     "paid(order-1) is " + std::to_string(found)};
  };
}

GiftShop payments() {
  return gift_shop("payments")
      .handles<BookPayment>(&book)
      .handles<CancelPayment>(&cancel)
      .with("order-1", Order{})
      .all_messages_at_once();
}

}  // namespace

TEST_CASE("payments are booked once in whichever order they come", "[step2][given]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 1});
  postman.takes("payment B", BookPayment{"order-1", 1});

  postman.require_paid_in_every_order({"payment A", "payment A", "payment B", "payment B"}, 2);
}

TEST_CASE("a cancelled payment is not booked again by a late duplicate", "[step2]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 1});
  postman.takes("cancel A", CancelPayment{"order-1", "payment A"});

  postman.require_paid_in_every_order({"payment A", "cancel A", "payment A"}, 0);
}

TEST_CASE("a cancellation cancels the payment that it names and no other", "[step2]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 1});
  postman.takes("payment B", BookPayment{"order-1", 1});
  postman.takes("payment A, second part", BookPayment{"order-1", 100});
  postman.takes("cancel A", CancelPayment{"order-1", "payment A"});

  postman.require_paid_in_every_order(
      {"payment A", "payment A", "payment B", "payment A, second part", "cancel A"}, 101);
}

TEST_CASE("a payment that is cancelled twice is cancelled once", "[step2]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 10});
  postman.takes("payment B", BookPayment{"order-1", 10});
  postman.takes("customer cancels A", CancelPayment{"order-1", "payment A"});
  postman.takes("bank cancels A", CancelPayment{"order-1", "payment A"});

  postman.require_paid_in_every_order(
      {"payment A", "payment B", "customer cancels A", "customer cancels A", "bank cancels A"}, 10);
}

TEST_CASE("two payments that are cancelled at the same time are both cancelled", "[step2]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 1}, "10:00:01");
  postman.takes("payment B", BookPayment{"order-1", 1'000}, "10:00:02");
  postman.takes("payment C", BookPayment{"order-1", 100}, "10:00:03");
  postman.takes("cancel A", CancelPayment{"order-1", "payment A"}, "10:00:03");
  postman.takes("cancel B", CancelPayment{"order-1", "payment B"}, "10:00:03");

  postman.require_paid_in_every_order(
      {"payment A", "payment B", "payment C", "cancel A", "cancel B"}, 100);
}

TEST_CASE("the clocks of the senders do not matter", "[step2]") {
  Postman postman;
  postman.takes("payment A", BookPayment{"order-1", 1}, "10:00:05");  // this clock is fast
  postman.takes("cancel A", CancelPayment{"order-1", "payment A"}, "10:00:03");
  postman.takes("payment B", BookPayment{"order-1", 10}, "10:00:01");  // and this one is slow

  postman.require_paid_in_every_order({"payment A", "cancel A", "payment A", "payment B"}, 10);
}

TEST_CASE("a cancelled payment stays cancelled whatever happens to the handlers", "[step2]") {
  auto scenario =
      payments()
          .deliver(BookPayment{"order-1", 1}, to_handlers(2))
          .deliver(CancelPayment{"order-1", "m1"}, to_handlers(2))
          .deliver(BookPayment{"order-1", 10}, to_handlers(2))
          .all_messages_at_once()
          .with_faults({Fault::crash, Fault::duplicate, Fault::reorder, Fault::unanswered})
          .at_rest(paid_differs_from(10))
          .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("no error of the handlers of payments is swallowed, however long it lasts",
          "[step2][given]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .deliver(CancelPayment{"order-1", "m1"})
                      .deliver(BookPayment{"order-1", 10})
                      .all_messages_at_once()
                      .with_faults({Fault::outage, Fault::busy})
                      .at_rest(paid_differs_from(10))
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}
