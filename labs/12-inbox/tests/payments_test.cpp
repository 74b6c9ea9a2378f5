#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/order_checks.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Every fault of one handler between a delivery and its acknowledgement.
constexpr Faults kAnyTrouble = {Fault::crash, Fault::duplicate, Fault::refused, Fault::unanswered};

std::optional<std::string> left_in_outbox(const Order& order) {
  if (order.outbox.empty()) return std::nullopt;
  return "the order still has an outbox entry for " + order.outbox.begin()->first;
}

/// An order as a handler of m1 has left it that died before it had sent its two messages.
Order order_of_a_dead_handler() {
  return {.paid = 1, .outbox = {{"m1", events_of_a_dead_handler("m1", 1)}}};
}

GiftShop payments(const Order& order) {
  return gift_shop("payments")
      .handles<BookPayment>(&handle)
      .on_store(Profile::dynamodb())
      .with("order-1", order)
      .effect<BookPayment>("booked", times_booked<Order>)
      .commits_by_saving<Order>()
      .ghosts_by_attempt()
      .leftover<Order>(left_in_outbox);
}

GiftShop payments() { return payments(Order{}).emits<PaymentBooked, BookPayment>(); }

/// The promises of the earlier labs about a payment, and that nothing is left over.
Verdict holds_all(GiftShop& scenario) {
  return scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message, consistent_output,
                        no_garbage);
}

/// The same handler, for situations.
BookingHandler payments_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&handle); };
  handler.profile = Profile::dynamodb();
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Order>(order); };
  handler.empty_order = to_json(Order{});
  handler.silent_order = to_json(Order{.surprise = true});
  handler.paid = [](const Document& document) { return from_json<Order>(document.body).paid; };
  handler.stores_events = true;
  handler.documents_grow = false;
  handler.left_unsent = [](const std::string& id, const std::string& order, int amount,
                           std::vector<Message> messages) {
    const Order left{.paid = amount, .outbox = {{id, std::move(messages)}}};
    return std::vector{std::pair(EntityStore::key_of<Order>(order), to_json(left))};
  };
  handler.left_waiting = [](const std::string& order,
                            const std::vector<std::pair<std::string, Message>>& waiting) {
    Order left{.paid = static_cast<int>(waiting.size())};
    for (const auto& [id, message] : waiting) left.outbox[id] = {message};
    return StoredDocuments{{EntityStore::key_of<Order>(order), to_json(left)}};
  };
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Order>()) return std::nullopt;
    return left_in_outbox(from_json<Order>(document.body));
  };
  return handler;
}

}  // namespace

TEST_CASE("a payment is booked and told of once, whatever happens to its handler", "[step1]") {
  auto scenario =
      payments().deliver(BookPayment{"order-1", 1}).with_faults(kAnyTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("nobody is told of a payment before it is booked", "[step1]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds(no_premature_message, no_garbage));
}

TEST_CASE("a payment of which nobody is told is booked once", "[step1]") {
  auto scenario = payments(Order{.surprise = true})
                      .deliver(BookPayment{"order-1", 1})
                      .at_rest(no_surprise_any_more<Order>)
                      .with_faults(kAnyTrouble)
                      .up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("whoever removes an entry leaves those of other payments", "[step2]") {
  const Order order{.paid = 10, .outbox = {{"m2", events_of_a_dead_handler("m2", 10)}}};
  auto scenario = payments(order)
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated())
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .all_messages_at_once()
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("all that a dead handler has left is sent, as it was left", "[step1]") {
  auto scenario = payments(order_of_a_dead_handler())
                      .deliver(BookPayment{"order-1", 1})
                      .emits<PaymentBooked, BookPayment>()
                      .emits<OrderPaid, BookPayment>()
                      .with_faults(kAnyTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("two handlers of one payment book it once, without any fault", "[step2]") {
  auto scenario =
      payments().deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated()).up_to(0, 3);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a handler that outlives its lease spoils nothing", "[step2]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults({Fault::lease_expiry, Fault::crash, Fault::unanswered})
                      .up_to(2, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("two payments of one order are both booked and told of once", "[step2]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .up_to(1, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

// These take seconds, so they are not part of the lab: run them with the program's argument
// "[proof]".
TEST_CASE("two payments of one order, two faults and two preemptions", "[.][proof]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .up_to(2, 2);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("one payment, all kinds of faults, two of them, and two preemptions", "[.][proof]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults(Faults::all())
                      .up_to(2, 2);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("names, amounts and old deliveries are nothing special", "[step1]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}
