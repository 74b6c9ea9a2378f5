#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "left_over.hpp"
#include "outbox.hpp"
#include "payments_handler.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/order_checks.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Faults of the only handler of a message.
constexpr Faults kTrouble = {Fault::crash, Fault::reorder, Fault::refused, Fault::unanswered};
/// Faults that give one message to two handlers at the same time.
constexpr Faults kTwoAtOnce = {Fault::duplicate, Fault::lease_expiry};

GiftShop payments(const Order& order = Order{}) {
  return gift_shop("payments")
      .handles<BookPayment>(&handle)
      .on_store(Profile::dynamodb())
      .with("order-1", order)
      .effect<BookPayment>("booked", times_booked<Order>)
      .emits<PaymentBooked, BookPayment>(order.surprise ? 0 : 1)
      .commits_by_saving<Order>()
      .ghosts_by_attempt()
      .leftover<Order>(transaction_left);
}

/// The promises of the earlier labs about a payment.
Verdict holds_all(GiftShop& scenario) {
  return scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message, consistent_output);
}

/// The same, and at rest nothing is left over.
Verdict holds_all_and_leaves_nothing(GiftShop& scenario) {
  scenario.leftover<OutboxRecord>(record_left).leftover<Order>(registration_left);
  return scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message, consistent_output,
                        no_garbage);
}

/// Records that an attempt has registered more than once.
struct BegunAnew {
  std::string message_id;
};
BOOST_DESCRIBE_STRUCT(BegunAnew, (), (message_id))

std::optional<std::string> begun_anew(const BegunAnew& attempt) {
  return "the attempt at " + attempt.message_id + " has registered anew in one delivery";
}

/// Another handler, which registers attempts at m2 while an attempt at m1 is registered, and so
/// makes the saves of m1 fail. It does nothing else, so that only these saves disturb m1.
Task<void> register_others(Store& store) {
  EntityStore entities(store);
  std::vector<std::string> seen;
  for (int i = 0; i < 2; ++i) {
    auto order = co_await entities.load<Order>("order-1");
    const auto found = order.value.registered.find("m1");
    if (found == order.value.registered.end() || !order.value.transaction.empty()) co_return;
    if (!seen.empty() && seen != found->second) {
      co_await store.put(EntityStore::key_of<BegunAnew>("m1"), to_json(BegunAnew{"m1"}),
                         Expected::any());
      co_return;
    }
    seen = found->second;
    order.value.registered["m2"].push_back("tx-of-m2");
    try {
      co_await entities.save(order);
    } catch (const VersionConflict&) {
      co_return;
    }
  }
}

/// Another attempt at m1, which inserts its record, registers after the first one, and crashes.
Task<void> register_and_die(Store& store) {
  EntityStore entities(store);
  auto order = co_await entities.load<Order>("order-1");
  if (!order.value.registered.contains("m1") || !order.value.transaction.empty()) co_return;
  const auto record = EntityStore::key_of<OutboxRecord>("tx-of-the-dead");
  co_await store.put(record, to_json(OutboxRecord{"tx-of-the-dead", "m1", {}}), Expected::any());
  order.value.registered["m1"].push_back("tx-of-the-dead");
  bool late = false;
  try {
    co_await entities.save(order);
  } catch (const VersionConflict&) {
    late = true;
  }
  if (late) co_await store.erase(record, Expected::any());
}

/// Makes the order a surprise, between an attempt's registration and its commit.
Task<void> make_it_a_surprise(Store& store) {
  EntityStore entities(store);
  auto order = co_await entities.load<Order>("order-1");
  if (order.value.registered.empty() || !order.value.transaction.empty()) co_return;
  order.value.surprise = true;
  try {
    co_await entities.save(order);
  } catch (const VersionConflict&) {  // too late for a surprise
  }
}

/// A receiver of events.
struct Told {
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(Told, (), (order_id))

Task<void> remember(const PaymentBooked& event, HandlerContext& context) {
  auto told = co_await context.store().load<Told>(event.order_id);
  told.value.order_id = event.order_id;
  co_await context.store().save(told);
}

/// The events must match what was booked: none for a surprise, one for any other payment.
std::optional<Violation> told_otherwise_than_booked(const StoreView& shop) {
  const bool surprise = shop.entity<Order>("order-1")->surprise;
  const bool told = shop.entity<Told>("order-1").has_value();
  if (told != surprise) return std::nullopt;
  return Violation{surprise ? "ghost message" : "lost message",
                   "what is published is what the `book` returned that was saved",
                   surprise ? "a surprise was booked, and somebody was told of it"
                            : "it was no surprise, and nobody was told"};
}

/// An order as a handler of m0 leaves it that crashes before it sends anything.
GiftShop payments_after_a_dead_handler() {
  const Order order{.paid = 100, .transaction = "tx-of-m0"};
  return payments(order).with("tx-of-m0",
                              OutboxRecord{"tx-of-m0", "m0", events_of_a_dead_handler("m0", 100)});
}

}  // namespace

TEST_CASE("nothing is left of a payment that was handled", "[step1]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).up_to(0, 0);
  scenario.leftover<OutboxRecord>(record_left);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_premature_message, no_garbage));
}

TEST_CASE("a payment is booked and told of once, whatever happens to its handler", "[step1]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults(kTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("an order keeps no transaction, wherever its handler dies", "[step1]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults(kTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}

TEST_CASE("a payment of which nobody is told is booked once", "[step1]") {
  auto scenario = payments(Order{.surprise = true})
                      .deliver(BookPayment{"order-1", 1})
                      .at_rest(no_surprise_any_more<Order>)
                      .with_faults(kTrouble)
                      .up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a handler finishes what it finds and does its own work in one delivery", "[step1]") {
  auto scenario = payments_after_a_dead_handler()
                      .deliver(BookPayment{"order-1", 1})
                      .emits_in_all<PaymentBooked>(2)
                      .emits_in_all<OrderPaid>(1)
                      .with_faults({})
                      .up_to(0, 0);
  scenario.scenario().queues.back().options.deliveries_max = 1;
  scenario.leftover<OutboxRecord>(record_left);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("all that a dead handler has left is sent, wherever the next one dies", "[step1]") {
  auto scenario = payments_after_a_dead_handler()
                      .deliver(BookPayment{"order-1", 1})
                      .emits_in_all<PaymentBooked>(2)
                      .emits_in_all<OrderPaid>(1)
                      .with_faults(kTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("two handlers that find the same transaction spoil nothing", "[step1]") {
  auto scenario = payments_after_a_dead_handler()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .emits_in_all<PaymentBooked>(3)
                      .emits_in_all<OrderPaid>(1)
                      .all_messages_at_once()
                      .up_to(0, 2);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("wherever a handler dies, another payment may come first", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .deliver(BookPayment{"order-1", 10})
                      .with_faults({Fault::crash, Fault::reorder})
                      .all_messages_at_once()
                      .up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("two handlers of one payment book it once", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated())
                      .with_faults({Fault::crash, Fault::lease_expiry, Fault::unanswered})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("two payments of one order are both booked and told of once", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .all_messages_at_once()
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a handler that outlives its lease leaves no transaction", "[step1]") {
  auto scenario = payments(Order{.surprise = true})
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults({Fault::lease_expiry, Fault::crash})
                      .up_to(2, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("no record is left behind, whatever happens to the handler", "[step2]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults(kTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("no record is left behind when two payments meet", "[step2]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .all_messages_at_once()
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("no record is left behind by a handler that another one has overtaken", "[step2]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .with_faults(kTwoAtOnce)
                      .up_to(1, 2);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("a handler that has registered need not begin anew when another payment comes between",
          "[step2]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults({}).up_to(0, 4);
  scenario.scenario().queues.back().options.deliveries_max = 1;
  scenario.leftover<OutboxRecord>(record_left).leftover<BegunAnew>(begun_anew);
  scenario.with_client(
      "payments-2",
      [](explore::ProcessContext& context) { return register_others(context.store()); }, true);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message, no_garbage));
}

TEST_CASE("what is published is what was booked, not what would have been booked before",
          "[step2][given]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults({}).up_to(0, 2);
  scenario.and_endpoint("receivers").handles<PaymentBooked>(&remember);
  scenario.subscribed_to<PaymentBooked>().with_handlers({1}).at_rest(told_otherwise_than_booked);
  scenario.with_client(
      "orders-1",
      [](explore::ProcessContext& context) { return make_it_a_surprise(context.store()); }, true);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("the record of an attempt that registers later and dies goes with the message",
          "[step2]") {
  auto scenario = payments().deliver(BookPayment{"order-1", 1}).with_faults({}).up_to(0, 2);
  scenario.with_client(
      "payments-2",
      [](explore::ProcessContext& context) { return register_and_die(context.store()); }, true);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("a slow handler loses no record", "[step2]") {
  auto scenario = payments(Order{.surprise = true})
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated())
                      .up_to(0, 4);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

// These take longer, so they are not part of the lab: run them with the program's argument
// "[proof]".
namespace {

GiftShop two_payments_two_faults_two_preemptions() {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                      .deliver(BookPayment{"order-1", 10}, to_handlers(2))
                      .all_messages_at_once()
                      .up_to(2, 2);
  scenario.scenario().bounds.time_max = std::chrono::minutes{10};
  return scenario;
}

}  // namespace

TEST_CASE("two payments, two faults of any kind, two preemptions", "[.][proof]") {
  auto scenario = two_payments_two_faults_two_preemptions().with_faults(Faults::all());
  scenario.leftover<Order>(registration_left);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_ghost_message, no_lost_message,
                                  consistent_output, no_garbage));
}

TEST_CASE("two payments, two faults, two preemptions, and no record left", "[.][proof]") {
  auto scenario = two_payments_two_faults_two_preemptions().with_faults(kTrouble);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("two payments, each with two handlers, and no record left", "[.][proof]") {
  auto scenario = two_payments_two_faults_two_preemptions().with_faults(kTwoAtOnce);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step1]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("an error leaves the handler before a record is left behind, however long it lasts",
          "[.exam]") {
  auto scenario = payments()
                      .deliver(BookPayment{"order-1", 1})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(holds_all_and_leaves_nothing(scenario));
}
