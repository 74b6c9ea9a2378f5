// What `prove` looks at besides: names, amounts, and numbers of things.
#include <catch2/catch_test_macros.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "payments_handler.hpp"
#include "postman.hpp"
#include "workshop/core/error.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

BookingHandler payments_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&book); };
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Order>(order); };
  handler.empty_order = to_json(Order{});
  handler.paid = [](const Document& document) { return paid(from_json<Order>(document.body)); };
  // All of them are sent at one moment: a time is no name either.
  handler.message = [](const std::string& id, const std::string& order, int amount) {
    auto message = make_message(BookPayment{order, amount}, MessageId{id});
    message.headers[std::string(kSentAt)] = "10:00:00";
    return message;
  };
  handler.orders_appear = false;
  handler.event_types = {};
  handler.events = [](const std::string&, int, int) { return std::vector<ExpectedEvent>(); };
  handler.left_handled = [](const std::string& order, const std::vector<std::string>& ids) {
    Order left;
    for (const auto& id : ids) left.facts[id] = Fact{1, "", "10:00:00"};
    return StoredDocuments{{EntityStore::key_of<Order>(order), to_json(left)}};
  };
  return handler;
}

// Orders, whose messages are handled one after the other.
class OrdersDesk {
 public:
  OrdersDesk() {
    endpoint_.on<SubmitOrder>(&submit)
        .on<AddGift>(&add_gift)
        .on<BookPayment>(&book)
        .on<CancelPayment>(&cancel);
  }

  template <class Command>
  void take(const Command& command, const std::string& id = MessageId::random().value,
            std::uint32_t count = 1) {
    auto message = make_message(command, MessageId{id});
    message.headers[std::string(kSentAt)] = sent_at_;
    HandlerContext context("payments", Delivery{"payments", std::move(message), {}, count}, store_,
                           broker_);
    run_inline(endpoint_.handle(context));
  }
  void has(const std::string& id, const Order& order) {
    run_inline(store_.put(EntityStore::key_of<Order>(id), to_json(order), Expected::absent()));
  }
  void sends_at(const std::string& time) { sent_at_ = time; }
  bool has_order(const std::string& id) {
    return run_inline(EntityStore(store_).load<Order>(id)).exists();
  }
  Order order(const std::string& id) {
    return run_inline(EntityStore(store_).load<Order>(id)).value;
  }
  int count_of(const std::string& id, const std::string& gift) {
    int count = 0;
    for (const auto& [key, line] : order(id).lines) count += line.gift == gift ? line.count : 0;
    return count;
  }

 private:
  SqliteStore store_;
  SilentBroker broker_;
  Endpoint endpoint_{"payments"};
  std::string sent_at_ = "10:00:00";
};

// What others do with an order while a handler of it works.
void others_change(SqliteStore& store) {
  auto order = run_inline(EntityStore(store).load<Order>("order-1")).value;
  order.customer = "Ann";
  order.card += "Happy birthday";
  order.lines["ball"] = {"ball", 3};
  order.facts["m8"] = {100, "", "09:00:00"};
  order.facts["c8"] = {0, "m8", "09:00:00"};
  order.facts["m9"] = {7, "", "09:00:00"};
  run_inline(store.put(EntityStore::key_of<Order>("order-1"), to_json(order), Expected::any()));
}

// The order after this message, until whose handling others change it before this operation, which
// then is not done, and nobody says so, if its answer is lost.
template <class Command>
Order handled_while_others_change(const Command& command, int operation, bool lost,
                                  const Order* before) {
  SqliteStore store;
  SilentBroker broker;
  const auto key = EntityStore::key_of<Order>("order-1");
  if (before != nullptr) run_inline(store.put(key, to_json(*before), Expected::absent()));
  const auto change = [&store, lost] {
    others_change(store);
    if (lost) throw OutcomeUnknown("in trouble");
  };
  Trouble others(operation, once({"others", change}));
  TroubledStore shared(store, others);
  Endpoint endpoint("payments");
  endpoint.on<SubmitOrder>(&submit).on<AddGift>(&add_gift).on<BookPayment>(&book).on<CancelPayment>(
      &cancel);
  for (std::uint32_t count = 1; count < 10; ++count) {
    HandlerContext context("payments",
                           Delivery{"payments", make_message(command, MessageId{"m2"}), {}, count},
                           shared, broker);
    try {
      run_inline(endpoint.handle(context));
      break;
    } catch (const Error&) {  // it is delivered again
    }
  }
  return run_inline(EntityStore(store).load<Order>("order-1")).value;
}

}  // namespace

TEST_CASE("names and amounts of payments are nothing special", "[.exam]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}

TEST_CASE("orders and customers whose names look alike are different ones", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    OrdersDesk desk;
    desk.take(SubmitOrder{one, one});
    desk.take(SubmitOrder{other, other});
    CHECK(desk.order(one).customer == one);
    CHECK(desk.order(other).customer == other);
    desk.take(AddGift{one, "teddy", 1});
    desk.take(AddGift{other, "teddy", 2});
    CHECK(desk.count_of(one, "teddy") == 1);
    CHECK(desk.count_of(other, "teddy") == 2);
    desk.take(BookPayment{one, 10}, "m1");
    desk.take(BookPayment{other, 100}, "m2");
    desk.take(CancelPayment{other, "m2"});
    CHECK(paid(desk.order(one)) == 10);
    REQUIRE(paid(desk.order(other)) == 0);
  }
}

TEST_CASE("gifts whose names differ in a sign are lines of their own", "[.exam]") {
  OrdersDesk desk;
  desk.take(SubmitOrder{"order-1", "Ann"});
  int count = 0;
  for (const auto& name : names_of_signs()) desk.take(AddGift{"order-1", name, ++count});
  count = 0;
  for (const auto& name : names_of_signs()) {
    CAPTURE(name);
    REQUIRE(desk.count_of("order-1", name) == ++count);
  }
}

TEST_CASE("payments whose ids look alike are cancelled one by one", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    OrdersDesk desk;
    desk.take(SubmitOrder{"order-1", "Ann"});
    desk.take(BookPayment{"order-1", 10}, one);
    desk.take(CancelPayment{"order-1", other}, "c1", 12);
    CHECK(paid(desk.order("order-1")) == 10);
    desk.take(BookPayment{"order-1", 100}, other, 12);
    CHECK(paid(desk.order("order-1")) == 10);
    desk.take(CancelPayment{"order-1", one}, "c2");
    desk.take(BookPayment{"order-1", 10}, one, 2);
    REQUIRE(paid(desk.order("order-1")) == 0);
  }
}

TEST_CASE("cancellations whose ids look alike cancel one payment each", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    OrdersDesk desk;
    desk.take(SubmitOrder{"order-1", "Ann"});
    desk.take(BookPayment{"order-1", 10}, "m1");
    desk.take(BookPayment{"order-1", 100}, "m2");
    desk.take(CancelPayment{"order-1", "m1"}, one);
    CHECK(paid(desk.order("order-1")) == 100);
    desk.take(CancelPayment{"order-1", "m2"}, other);
    REQUIRE(paid(desk.order("order-1")) == 0);
  }
}

TEST_CASE("a cancellation holds, whatever the clocks say and however often its booking comes",
          "[.exam]") {
  for (const auto* time : {"", "09:00:00", "10:00:00", "11:00:00"}) {
    for (const bool booked_first : {true, false}) {
      CAPTURE(time, booked_first);
      OrdersDesk desk;
      desk.take(SubmitOrder{"order-1", "Ann"});
      const auto books = [&](std::uint32_t count) {
        desk.sends_at(time);
        desk.take(BookPayment{"order-1", 10}, "m1", count);
        desk.sends_at("10:00:00");
      };
      if (booked_first) books(1);
      desk.take(CancelPayment{"order-1", "m1"}, "c1");
      for (const auto count : delivery_counts()) {
        books(count);
        REQUIRE(paid(desk.order("order-1")) == 0);
      }
      desk.take(CancelPayment{"order-1", "m1"}, "c2", 2);  // the bank cancels it, too
      REQUIRE(paid(desk.order("order-1")) == 0);
    }
  }
}

TEST_CASE("a name that the handlers make themselves may be another one's", "[.exam]") {
  OrdersDesk first;
  first.take(SubmitOrder{"order-1", "Ann"});
  first.take(AddGift{"order-1", "teddy", 1});
  first.take(BookPayment{"order-1", 10}, "m1");
  first.take(CancelPayment{"order-1", "m1"}, "c1");
  std::set<std::string> names;
  for (const auto& [key, line] : first.order("order-1").lines) names.insert(key);
  for (const auto& [key, fact] : first.order("order-1").facts) names.insert(key);
  names.erase("m1");
  names.erase("c1");
  for (const auto& name : names) {
    CAPTURE(name);
    OrdersDesk desk;
    desk.take(SubmitOrder{"order-1", "Ann"});
    desk.take(AddGift{"order-1", "teddy", 1});
    if (name != "teddy") desk.take(AddGift{"order-1", name, 2});
    desk.take(BookPayment{"order-1", 1}, name);
    desk.take(BookPayment{"order-1", 10}, "m1");
    desk.take(CancelPayment{"order-1", "m1"}, "c1");
    desk.take(BookPayment{"order-1", 1}, name);
    CHECK(desk.count_of("order-1", "teddy") == 1);
    if (name != "teddy") CHECK(desk.count_of("order-1", name) == 2);
    REQUIRE(paid(desk.order("order-1")) == 1);
  }
}

TEST_CASE("an order may have many lines and many facts", "[.exam]") {
  constexpr int kManyLines = 1'100;
  constexpr int kManyFacts = 150;
  OrdersDesk desk;
  desk.take(SubmitOrder{"order-1", "Ann"});
  for (int i = 1; i <= kManyLines; ++i) {
    const auto number = std::to_string(i);
    desk.take(AddGift{"order-1", "gift-" + number, i});
    if (i > kManyFacts) continue;
    desk.take(BookPayment{"order-1", 1}, "m" + number);
    if (i % 2 == 0) desk.take(CancelPayment{"order-1", "m" + number}, "c" + number);
  }
  const auto order = desk.order("order-1");
  std::map<std::string, int> counts;
  for (const auto& [key, line] : order.lines) counts[line.gift] += line.count;
  for (int i = 1; i <= kManyLines; ++i) REQUIRE(counts["gift-" + std::to_string(i)] == i);
  CHECK(order.lines.size() == kManyLines);
  CHECK(paid(order) == kManyFacts / 2);
}

TEST_CASE("each of tens of thousands of payments can be cancelled, and each line be changed",
          "[.exam]") {
  constexpr int kMany = 30'000;
  Order order;
  for (int i = 1; i <= kMany; ++i) {
    order.facts["m" + std::to_string(i)] = Fact{1, "", "10:00:00"};
  }
  OrdersDesk desk;
  desk.has("order-1", order);
  int cancelled = 0;
  for (const auto* id : {"m1", "m10", "m2500", "m999", "m9", "m30000"}) {
    CAPTURE(id);
    desk.take(CancelPayment{"order-1", id}, std::string("c-") + id);
    ++cancelled;
    CHECK(paid(desk.order("order-1")) == kMany - cancelled);
    desk.take(BookPayment{"order-1", 1}, id, 2);
    REQUIRE(paid(desk.order("order-1")) == kMany - cancelled);
  }
  desk.take(AddGift{"order-1", "teddy", 2});
  CHECK(desk.count_of("order-1", "teddy") == 2);
  CHECK(paid(desk.order("order-1")) == kMany - cancelled);
}

TEST_CASE("the count that is handled last counts, at whichever delivery", "[.exam]") {
  for (const auto delivery : delivery_counts()) {
    for (const int before : {1, 5, 200}) {
      for (const int count : {0, 1, 3, 5, 100}) {
        CAPTURE(delivery, before, count);
        OrdersDesk desk;
        desk.take(SubmitOrder{"order-1", "Ann"});
        desk.take(AddGift{"order-1", "teddy", before}, "a1", delivery);
        desk.take(AddGift{"order-1", "teddy", count}, "a2", delivery);
        REQUIRE(desk.count_of("order-1", "teddy") == count);
      }
    }
  }
}

TEST_CASE("a handler leaves alone what its message is not about", "[.exam]") {
  Order full{"Ann", std::string(70'000, 'x') + " ", {}, {}};  // more than many a column holds
  for (const auto& [one, other] : hard_names()) {
    full.lines[one] = {one, 2};
    full.facts[other] = {7, "", "09:00:00"};
    full.facts["c " + other] = {0, other, ""};
  }
  full.facts["m1"] = {10, "", "10:00:00"};
  const auto card_only = Order{"", "Happy birthday", {}, {}};
  for (const auto& before : {full, Order{"Ann", "", {}, {}}, card_only, Order{}}) {
    OrdersDesk desk;
    desk.has("order-1", before);
    desk.take(SubmitOrder{"order-1", "Bob"});
    REQUIRE(to_json(desk.order("order-1")) == to_json(before));

    desk.take(BookPayment{"order-1", 3}, "m2");
    desk.take(CancelPayment{"order-1", "m1"}, "c1");
    desk.take(AddGift{"order-1", "ball", 3});
    const auto after = desk.order("order-1");
    CHECK(after.customer == before.customer);
    CHECK(after.card == before.card);
    REQUIRE(after.facts.contains("m2"));
    CHECK(after.facts.at("m2").sent_at == "10:00:00");
    for (const auto& [id, fact] : before.facts) {
      CAPTURE(id);
      REQUIRE(after.facts.contains(id));
      REQUIRE(to_json(after.facts.at(id)) == to_json(fact));
    }
    for (const auto& [gift, line] : before.lines) {
      REQUIRE(desk.count_of("order-1", gift) == line.count);
    }
    CHECK(after.facts.size() == before.facts.size() + 2);
    CHECK(after.lines.size() == before.lines.size() + 1);
  }
}

TEST_CASE("whatever others change meanwhile stays", "[.exam]") {
  const Order before{"Ann", "", {{"train", {"train", 1}}}, {{"m1", {10, "", "08:00:00"}}}};
  for (const auto& [operation, lost] :
       {std::pair(1, false), std::pair(2, false), std::pair(1, true), std::pair(2, true)}) {
    CAPTURE(operation, lost);
    const auto with_gift =
        handled_while_others_change(AddGift{"order-1", "teddy", 2}, operation, lost, &before);
    const auto booked =
        handled_while_others_change(BookPayment{"order-1", 1'000}, operation, lost, &before);
    const auto cancelled =
        handled_while_others_change(CancelPayment{"order-1", "m1"}, operation, lost, &before);
    const auto submitted =
        handled_while_others_change(SubmitOrder{"order-1", "Bob"}, operation, lost, nullptr);
    CHECK(with_gift.lines.size() == 3);
    CHECK(paid(with_gift) == 17);
    CHECK(paid(booked) == 1'017);
    CHECK(paid(cancelled) == 7);
    CHECK(paid(submitted) == 7);
    for (const auto& order : {with_gift, booked, cancelled, submitted}) {
      CHECK(order.customer == "Ann");
      CHECK(order.card == "Happy birthday");
      CHECK(order.lines.contains("ball"));
      REQUIRE(order.facts.contains("c8"));
    }
  }
}

namespace {

// The order after a message of which a second handler gets another copy before this operation of
// the first one, and acknowledges it. Then the first one dies. Nothing: there is no such operation.
template <class Command>
std::optional<Order> handled_by_another(const Command& command, int operation, bool there) {
  SqliteStore store;
  const auto key = EntityStore::key_of<Order>("order-1");
  if (there) run_inline(store.put(key, to_json(Order{}), Expected::absent()));
  SilentBroker broker;
  Endpoint endpoint("payments");
  endpoint.on<SubmitOrder>(&submit).on<AddGift>(&add_gift).on<CancelPayment>(&cancel);
  auto message = make_message(command, MessageId{"m2"});
  for (const auto name : {header::kDeadLetterReason, header::kDeadLetterFailure}) {
    message.headers.emplace(name, "delivered 10 times");  // and a person has sent it again
  }
  const auto handled_in = [&](Store& its_store, std::uint32_t count) {
    HandlerContext context("payments", Delivery{"payments", message, {}, count}, its_store, broker);
    run_inline(endpoint.handle(context));
  };
  Trouble other(operation, once({"another handler", [&] { handled_in(store, 2); }}));
  auto death = Trouble::death(operation);
  death.comes_after(other);
  TroubledStore shared(store, death);
  try {
    handled_in(shared, 1);
  } catch (const Died&) {
    return run_inline(EntityStore(store).load<Order>("order-1")).value;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("a message is handled by whoever comes to its end, though another one is still there",
          "[.exam]") {
  const SubmitOrder submits{"order-1", "Ann"};
  const AddGift adds{"order-1", "teddy", 2};
  const CancelPayment cancels{"order-1", "m1"};
  int operation = 1;
  for (; const auto order = handled_by_another(submits, operation, false); ++operation) {
    REQUIRE(order->customer == "Ann");
  }
  CHECK(operation > 1);
  for (operation = 1; const auto order = handled_by_another(adds, operation, true); ++operation) {
    REQUIRE(order->lines.size() == 1);
  }
  CHECK(operation > 1);
  for (operation = 1; const auto order = handled_by_another(cancels, operation, true);
       ++operation) {
    REQUIRE(order->facts.size() == 1);
  }
  CHECK(operation > 1);
}

TEST_CASE("tens of thousands of facts add up", "[.exam]") {
  constexpr int kMany = 30'000;
  Order order;
  for (int i = 1; i <= kMany; ++i) {
    order.facts["m" + std::to_string(i)] = Fact{.amount = 2, .cancels = "", .sent_at = ""};
  }
  CHECK(paid(order) == 2 * kMany);
}

TEST_CASE("any count of a gift and any amount may be wanted, at any delivery", "[.exam]") {
  for (const int count : hard_amounts()) {
    for (const std::uint32_t delivery : {1U, 3U, 6U, 10U, 100U}) {
      CAPTURE(count, delivery);
      OrdersDesk desk;
      desk.take(SubmitOrder{"order-1", "Ann"}, "s1", delivery);
      CHECK(desk.order("order-1").customer == "Ann");
      desk.take(AddGift{"order-1", "teddy", count}, "a1", delivery);
      CHECK(desk.count_of("order-1", "teddy") == count);
      desk.take(BookPayment{"order-1", count}, "m1", delivery);
      CHECK(paid(desk.order("order-1")) == count);
      CHECK(desk.order("order-1").facts.contains("m1"));
      desk.take(CancelPayment{"order-1", "m1"}, "c1", delivery);
      REQUIRE(paid(desk.order("order-1")) == 0);
    }
  }
}

TEST_CASE("whoever cancels a cancellation brings no payment back", "[.exam]") {
  OrdersDesk desk;
  desk.take(SubmitOrder{"order-1", "Ann"});
  desk.take(BookPayment{"order-1", 10}, "m1");
  desk.take(CancelPayment{"order-1", "m1"}, "c1");
  desk.take(CancelPayment{"order-1", "c1"}, "c2");
  desk.take(CancelPayment{"order-1", "c2"}, "c3");
  CHECK(paid(desk.order("order-1")) == 0);
}

TEST_CASE("what is paid back counts as it is, and a gift or a customer may have no name",
          "[.exam]") {
  OrdersDesk desk;
  desk.take(SubmitOrder{"order-1", ""});
  CHECK(desk.has_order("order-1"));
  desk.take(BookPayment{"order-1", 10}, "m1");
  desk.take(BookPayment{"order-1", -3}, "m2");
  CHECK(paid(desk.order("order-1")) == 7);
  desk.take(CancelPayment{"order-1", "m2"}, "c1");
  CHECK(paid(desk.order("order-1")) == 10);
  desk.take(AddGift{"order-1", "", 2});
  CHECK(desk.count_of("order-1", "") == 2);
}

TEST_CASE("a message that comes again leaves the order as it was", "[.exam]") {
  OrdersDesk desk;
  const auto all_come = [&desk](std::uint32_t count) {
    desk.take(SubmitOrder{"order-1", "Ann"}, "s1", count);
    desk.take(AddGift{"order-1", "train", 2}, "g1", count);
    desk.take(BookPayment{"order-1", 10}, "m1", count);
    desk.take(CancelPayment{"order-1", "m1"}, "c1", count);
    desk.take(CancelPayment{"order-1", "not there yet"}, "c2", count);
  };
  all_come(1);
  const auto handled_once = to_json(desk.order("order-1"));
  for (const auto count : delivery_counts()) {
    all_come(count);
    REQUIRE(to_json(desk.order("order-1")) == handled_once);
  }
}
