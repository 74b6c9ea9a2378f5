#include <catch2/catch_test_macros.hpp>
#include <cstdint>

#include "payments.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// How often the order's state shows this payment.
int times_booked(const StoreView& view, const BookPayment& payment) {
  const auto order = view.entity<Order>(payment.order_id);
  return order ? order->paid / payment.amount : 0;
}

// How often the order's state says what came of this payment: it is booked, or cancelled.
int times_settled(const StoreView& view, const BookPayment& payment) {
  const auto order = view.entity<Order>(payment.order_id);
  return order ? order->booked() + order->cancelled : 0;
}

int times_wrapped(const StoreView& view, const WrapGifts& command) {
  const auto order = view.entity<Order>(command.order_id);
  return order && order->wrapped ? 1 : 0;
}

// One order, and the endpoint whose handlers change it.
GiftShop one_order() {
  return gift_shop("payments")
      .handles<BookPayment>(&handle)
      .handles<CancelOrder>(&cancel)
      .handles<WrapGifts>(&wrap)
      .with("order-1", Order{});
}

// The same handlers, for situations.
BookingHandler payments_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&handle); };
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Order>(order); };
  handler.empty_order = to_json(Order{});
  handler.paid = [](const Document& document) { return from_json<Order>(document.body).paid; };
  handler.adds_up = false;
  return handler;
}

}  // namespace

TEST_CASE("no event tells of a booking that lost to a cancellation", "[step1]") {
  auto scenario = one_order()
                      .effect<BookPayment>("booked or cancelled", times_settled)
                      .deliver(BookPayment{"order-1", 30}, to_handlers(2))
                      .deliver(CancelOrder{"order-1"}, to_handlers(2))
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_ghost_message));
}

TEST_CASE("no event tells of a booking that a crash prevented", "[step1]") {
  auto scenario = one_order().deliver(BookPayment{"order-1", 30}).with_faults({Fault::crash});

  REQUIRE_EXPLORED(scenario.holds(no_ghost_message));
}

TEST_CASE("a payment is booked and told of, whatever fails", "[step1]") {
  auto scenario = one_order()
                      .effect<BookPayment>("booked", times_booked)
                      .emits<PaymentBooked, BookPayment>()
                      .deliver(BookPayment{"order-1", 30}, to_handlers(2))
                      .with_faults({Fault::crash, Fault::duplicate, Fault::lease_expiry,
                                    Fault::refused, Fault::unanswered});

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message));
}

// Green from the start: keep it so.
TEST_CASE("a payment is booked once, however often it is delivered", "[step1][given]") {
  auto scenario = one_order()
                      .effect<BookPayment>("booked", times_booked)
                      .deliver(BookPayment{"order-1", 30}, to_handlers(2), duplicated());

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

// Green from the start: keep it so.
TEST_CASE("a payment is booked although others write to the order", "[step1][given]") {
  auto scenario = one_order()
                      .effect<BookPayment>("applied", times_booked)
                      .effect<WrapGifts>("applied", times_wrapped)
                      .emits<PaymentBooked, BookPayment>()
                      .deliver(BookPayment{"order-1", 30}, to_handlers(2))
                      .deliver(WrapGifts{"order-1"}, to_handlers(2))
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

// Green from the start: keep it so.
TEST_CASE("the event says what was paid, under the id of the payment", "[step1][given]") {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("warehouse");
  broker.subscribe("PaymentBooked", "warehouse");
  SqliteStore store;
  const BookPayment payment{"order-1", 30};
  for (int message = 1; message <= 2; ++message) {  // the shop sends the payment in two messages
    HandlerContext context("payments", Delivery{"payments", make_message(payment), {}, 1}, store,
                           broker);
    run_inline(handle(payment, context));
  }

  const auto events = broker.messages("warehouse");
  INFO("there is no order document yet: its payment is the first that is heard of it");
  REQUIRE_FALSE(events.empty());
  for (const auto& event : events) {
    CHECK(event.message->id == event_id(payment));
    CHECK(payload_of<PaymentBooked>(*event.message).order_id == "order-1");
    CHECK(payload_of<PaymentBooked>(*event.message).amount == 30);
  }
}

TEST_CASE("names, amounts and old deliveries are nothing special", "[step1][given]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step1]") {
  auto scenario = one_order()
                      .effect<BookPayment>("booked", times_booked)
                      .emits<PaymentBooked, BookPayment>()
                      .deliver(BookPayment{"order-1", 30})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message));
}

namespace {

// How a payment meets another message of its order.
struct Meeting {
  bool there = false;       ///< the order; else the other message makes it
  bool cancels = false;     ///< the other message; else it wraps the gifts
  bool lost = false;        ///< the operation is not done then, and nobody says so
  std::uint32_t count = 1;  ///< the payment's delivery
};

// Before this operation of a payment the other message is handled. Whether it came so far.
bool meets_another_message(const Meeting& meeting, int operation) {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("warehouse");
  broker.subscribe("PaymentBooked", "warehouse");
  SqliteStore store;
  const auto key = EntityStore::key_of<Order>("order-1");
  if (meeting.there) run_inline(store.put(key, to_json(Order{}), Expected::absent()));
  const auto other = [&] {
    HandlerContext context("payments", Delivery{}, store, broker);
    run_inline(meeting.cancels ? cancel({"order-1"}, context) : wrap({"order-1"}, context));
    if (meeting.lost) throw OutcomeUnknown("in trouble");
  };
  Trouble trouble(operation, once({"another message", other}));
  TroubledStore shared_store(store, trouble);
  TroubledBroker shared_broker(broker, trouble);
  const BookPayment payment{"order-1", 30};
  bool handled = false;
  for (auto count = meeting.count; !handled; ++count) {
    HandlerContext context("payments", Delivery{"payments", make_message(payment), {}, count},
                           shared_store, shared_broker);
    try {
      run_inline(handle(payment, context));
      handled = true;
    } catch (const Error&) {
      REQUIRE(count < meeting.count + 9);
    }
  }
  const auto order = from_json<Order>(store.find(key)->body);
  CHECK(order.booked() != order.cancelled);
  CHECK(order.booked() == !broker.messages("warehouse").empty());
  if (!meeting.cancels) REQUIRE(order.wrapped == trouble.met());
  REQUIRE(order.paid == (order.booked() ? 30 : 0));
  return trouble.met();
}

}  // namespace

TEST_CASE("what others do with the order before an operation of its payment is not undone",
          "[.exam]") {
  for (const bool there : {true, false}) {
    for (const bool cancels : {true, false}) {
      for (const bool lost : {true, false}) {
        for (const std::uint32_t count : {1U, 6U, 100U}) {
          CAPTURE(there, cancels, lost, count);
          const Meeting meeting{there, cancels, lost, count};
          for (int operation = 1; meets_another_message(meeting, operation);) ++operation;
        }
      }
    }
  }
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}
