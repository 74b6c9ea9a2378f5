#include <optional>
#include <set>
#include <string>

#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/order_checks.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Every fault of a handler between its delivery and its acknowledgement.
constexpr Faults kAnyTrouble = {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused,
                                Fault::unanswered};

GiftShop payments() {
  return gift_shop("payments").handles<BookPayment>(&handle).with("order-1", Order{});
}

/// Payments of one coin each share a digit, so their sum at rest is checked.
std::optional<Violation> paid_differs_from_2(const StoreView& shop) {
  const auto paid = shop.entity<Order>("order-1")->paid;
  if (paid == 2) return std::nullopt;
  return Violation{paid < 2 ? "lost effect" : "duplicate effect",
                   "two payments of 1 coin each: order-1 has paid 2",
                   "order-1 has paid " + std::to_string(paid)};
}

/// The books of order-1, and an archive of all its events.
class Books {
 public:
  Books() : broker_(clock_) {
    broker_.declare_queue("archive");
    for (const auto& topic : {type_name<PaymentBooked>(), type_name<ReceiptIssued>()}) {
      broker_.subscribe(std::string(topic), "archive");
    }
  }

  void take(const std::string& id, int amount, const std::string& endpoint = "payments") {
    const BookPayment payment{"order-1", amount};
    HandlerContext context(endpoint, Delivery{endpoint, make_message(payment, {id}), {}, 1}, store_,
                           broker_);
    run_inline(handle(payment, context));
  }
  void has(const Order& order) {
    run_inline(
        store_.put(EntityStore::key_of<Order>("order-1"), to_json(order), Expected::absent()));
  }
  std::set<std::string> processed() {
    return run_inline(EntityStore(store_).load<Order>("order-1")).value.processed;
  }
  int paid() { return run_inline(EntityStore(store_).load<Order>("order-1")).value.paid; }

  /// The content of each event of this type, with its id; in any order.
  template <class Event>
  std::set<std::string> archived() const {
    std::set<std::string> events;
    for (const auto& event : broker_.messages("archive")) {
      if (event.message->type != type_name<Event>()) continue;
      events.insert(event.message->body + " under " + made_of<Event>(event.message->id));
    }
    return events;
  }

 private:
  template <class Event>
  static std::string made_of(const MessageId& id) {
    for (const std::string incoming : {"m1", "m2", "m3", "m4"}) {
      for (const std::string endpoint : {"payments", "bank"}) {
        for (const int ordinal : {0, 1}) {
          if (outgoing_id({incoming}, endpoint, type_name<Event>(), ordinal) != id) continue;
          return "(" + incoming + ", " + endpoint + ", " + std::to_string(ordinal) + ")";
        }
      }
    }
    return "an id that outgoing_id does not make";
  }

  SystemClock clock_;
  InProcessBroker broker_;
  SqliteStore store_;
};

/// The same handler, for situations.
BookingHandler payments_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&handle); };
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Order>(order); };
  handler.empty_order = to_json(Order{});
  handler.paid = [](const Document& document) { return from_json<Order>(document.body).paid; };
  handler.left_handled = [](const std::string& order, const std::vector<std::string>& ids) {
    const Order left{static_cast<int>(ids.size()), {ids.begin(), ids.end()}};
    return StoredDocuments{{EntityStore::key_of<Order>(order), to_json(left)}};
  };
  handler.event_types = {"PaymentBooked", "ReceiptIssued"};
  handler.events = [](const std::string& order, int amount, int) {
    std::vector<ExpectedEvent> events = {{"PaymentBooked", to_json(PaymentBooked{order, amount})}};
    for (const auto* reader : {"buyer", "bookkeeper"}) {
      if (amount < kReceiptsFrom) continue;
      events.push_back({"ReceiptIssued", to_json(ReceiptIssued{order, amount, reader})});
    }
    return events;
  };
  return handler;
}

}  // namespace

TEST_CASE("a payment is booked once however often it is delivered", "[step1]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked<Order>)
                      .deliver(BookPayment{"order-1", 1}, to_handlers(2), duplicated())
                      .with_faults(kAnyTrouble)
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("two payments of one order are both booked and each of them once", "[step1]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked<Order>)
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

TEST_CASE("a payment is known again after many others", "[step1]") {
  Books books;
  const std::string id = "payment-of-customer-1-number-";
  {
    INFO("fifty payments of one coin came: the order has paid 50");
    for (int number = 1; number <= 50; ++number) books.take(id + std::to_string(number), 1);
    CHECK(books.paid() == 50);
  }
  INFO("the same fifty messages came once more: the order has still paid 50");
  for (int number = 1; number <= 50; ++number) books.take(id + std::to_string(number), 1);
  CHECK(books.paid() == 50);
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
                      .effect<BookPayment>("booked", times_booked<Order>)
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

TEST_CASE("the events say what was paid, under the ids that outgoing_id makes", "[step2]") {
  Books books;
  books.take("m1", 1);
  books.take("m2", 250);
  books.take("m3", 1);           // not a large payment, though the order has paid 252 with it
  books.take("m4", 10, "bank");  // an endpoint of another name

  const std::set<std::string> announced = {
      R"({"order_id":"order-1","amount":1} under (m1, payments, 0))",
      R"({"order_id":"order-1","amount":250} under (m2, payments, 0))",
      R"({"order_id":"order-1","amount":1} under (m3, payments, 0))",
      R"({"order_id":"order-1","amount":10} under (m4, bank, 0))"};
  INFO(
      "four payments: m1 of 1 coin, m2 of 250, m3 of 1, and m4 of 10 at the endpoint \"bank\"; "
      "each event says its amount, under the id that outgoing_id makes of (message, endpoint, "
      "ordinal)");
  CHECK(books.archived<PaymentBooked>() == announced);
  const std::set<std::string> receipts = {
      R"({"order_id":"order-1","amount":250,"reader":"buyer"} under (m2, payments, 0))",
      R"({"order_id":"order-1","amount":250,"reader":"bookkeeper"} under (m2, payments, 1))"};
  CHECK(books.archived<ReceiptIssued>() == receipts);
}

TEST_CASE("names, amounts and old deliveries are nothing special", "[step2]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step2]") {
  auto scenario = payments()
                      .effect<BookPayment>("booked", times_booked<Order>)
                      .emits<PaymentBooked, BookPayment>()
                      .emits<ReceiptIssued, BookPayment>(2)
                      .deliver(BookPayment{"order-1", 100})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}

TEST_CASE("a large payment is announced after it is booked, however often it came before",
          "[.exam]") {
  auto scenario = payments()
                      .emits<PaymentBooked, BookPayment>()
                      .emits<ReceiptIssued, BookPayment>(2)
                      .deliver(BookPayment{"order-1", 100}, to_handlers(2))
                      .delivered_before(5)
                      .with_faults(kAnyTrouble)
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(no_lost_message, no_premature_message));
}

TEST_CASE("an order knows its messages by their ids", "[.exam]") {
  std::set<std::string> ids;
  Books books;
  for (const auto& [one, other] : hard_names()) {
    for (const auto& id : {one, other}) {
      books.take(id, 1);
      ids.insert(id);
    }
  }
  for (int time = 1; time <= 2; ++time) books.take("", 1);  // an id may have any length
  ids.insert("");
  CHECK(books.processed() == ids);
  CHECK(books.paid() == static_cast<int>(ids.size()));
}

TEST_CASE("one more payment drives out none of 140,000", "[.exam]") {
  constexpr int kMany = 140'000;
  // Together they are more than 16 megabytes: more than many a database allows for a document.
  const auto name = [](const std::string& number) { return std::string(120, 'p') + number; };
  Order order{};
  order.paid = kMany;
  for (int number = 1; number <= kMany; ++number) {
    order.processed.insert(name(std::to_string(number)));
  }
  Books books;
  books.has(order);
  books.take("payment-new", 1);
  for (const auto* old : {"1", "70000", "140000"}) books.take(name(old), 1);
  books.take("payment-new", 1);
  CHECK(books.paid() == kMany + 1);
  CHECK(books.processed().size() == kMany + 1);
}
