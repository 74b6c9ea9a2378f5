#include <algorithm>
#include <catch2/generators/catch_generators.hpp>
#include <optional>
#include <string>
#include <utility>

#include "payments_handler.hpp"
#include "postman.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Every fault of a handler between its delivery and its acknowledgement.
constexpr Faults kAnyTrouble = {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused,
                                Fault::unanswered};

/// How many orders this submission has created. Each customer of these tests has one cart.
int orders_count(const StoreView& shop, const SubmitOrder& submission) {
  const auto documents = shop.documents();
  return static_cast<int>(
      std::count_if(documents.begin(), documents.end(), [&](const Document& document) {
        return document.key.id == type_name<Order>() &&
               from_json<Order>(document.body).customer == submission.customer;
      }));
}

/// How often the gift is on the order: the count in all its lines, divided by the count wanted.
int times_on_order(const StoreView& shop, const AddGift& wanted) {
  const auto order = shop.entity<Order>(wanted.order_id);
  int count = 0;
  for (const auto& [key, line] : order->lines) {
    if (line.gift == wanted.gift) count += line.count;
  }
  return count / wanted.count;
}

/// Records that the customer has written the card.
struct CardWritten {
  bool written = false;
};
BOOST_DESCRIBE_STRUCT(CardWritten, (), (written))

/// As soon as the shop shows the order, the customer writes a card for it.
Task<void> write_card(EntityStore& shop, Broker&) {
  try {
    auto order = co_await shop.load<Order>("cart-1");
    if (!order.exists()) co_return;
    order.value.card = "Merry Christmas!";
    co_await shop.save(order);
    Entity<CardWritten> done{EntityStore::key_of<CardWritten>("customer"), {true}, std::nullopt};
    co_await shop.save(done);
  } catch (const Error&) {  // the page says "please try again"; this customer gives up
  }
}

std::optional<Violation> card_is_gone(const StoreView& shop) {
  if (!shop.entity<CardWritten>("customer")) return std::nullopt;
  const auto order = shop.entity<Order>("cart-1");
  if (order && !order->card.empty()) return std::nullopt;
  return Violation{"lost effect", "the order has the card that the customer wrote",
                   "the card is empty"};
}

GiftShop submissions() {
  return gift_shop("payments")
      .handles<SubmitOrder>(&submit)
      .effect<SubmitOrder>("turned into an order", orders_count);
}

GiftShop gifts() {
  return gift_shop("payments")
      .handles<AddGift>(&add_gift)
      .effect<AddGift>("put on the order", times_on_order)
      .with("cart-1", Order{.customer = "Ann"});
}

}  // namespace

TEST_CASE("a cart becomes one order however often it is submitted", "[step1]") {
  auto scenario = submissions()
                      .deliver(SubmitOrder{"cart-1", "Ann"}, to_handlers(2), duplicated())
                      .deliver(SubmitOrder{"cart-2", "Bob"}, to_handlers(2))
                      .with_faults(kAnyTrouble)
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("an order lies under the id of its cart", "[step1]") {
  auto scenario = submissions()
                      .deliver(SubmitOrder{"cart-1", "Ann"})
                      .at_rest([](const StoreView& shop) -> std::optional<Violation> {
                        if (shop.entity<Order>("cart-1")) return std::nullopt;
                        return Violation{"lost effect", "the order of cart-1 lies under cart-1",
                                         "there is none"};
                      })
                      .up_to(0, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a submission that comes again leaves the order as it is", "[step1]") {
  auto scenario = submissions()
                      .deliver(SubmitOrder{"cart-1", "Ann"}, to_handlers(2), duplicated())
                      .with_process("customer", &write_card)
                      .at_rest(card_is_gone)
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a submission that comes late finds the order and leaves it", "[step1][given]") {
  const auto* customer = GENERATE("Ann", "");
  const Order order{.customer = customer,
                    .card = "Merry Christmas!",
                    .lines = {{"train", {"train", 1}}},
                    .facts = {{"payment A", {.amount = 10}}}};
  auto scenario =
      submissions()
          .with("cart-1", order)
          .deliver(SubmitOrder{"cart-1", "Ann and Bob"}, to_handlers(2))
          .at_rest([=](const StoreView& shop) -> std::optional<Violation> {
            const auto found = to_json(*shop.entity<Order>("cart-1"));
            if (found == to_json(order)) return std::nullopt;
            return Violation{"lost effect", "cart-1 stays " + to_json(order), "cart-1 is " + found};
          })
          .up_to(0, 1);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a gift is on the order once however often it is added", "[step1]") {
  auto scenario = gifts()
                      .deliver(AddGift{"cart-1", "Porsche", 1}, to_handlers(2), duplicated())
                      .with_faults(kAnyTrouble)
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a gift that the customer wishes twice is one line", "[step1]") {
  auto scenario = gifts()
                      .deliver(AddGift{"cart-1", "Porsche", 1}, to_handlers(2))
                      .deliver(AddGift{"cart-1", "Porsche", 1}, to_handlers(2))
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("two gifts that are added at once are both on the order", "[step1]") {
  auto scenario = gifts()
                      .deliver(AddGift{"cart-1", "Porsche", 1}, to_handlers(2))
                      .deliver(AddGift{"cart-1", "teddy bear", 2}, to_handlers(2))
                      .with_faults(kAnyTrouble)
                      .up_to(1, 2);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("no error of the handlers of an order is swallowed, however long it lasts",
          "[step1][given]") {
  auto submitted = submissions()
                       .deliver(SubmitOrder{"cart-1", "Ann"})
                       .with_faults({Fault::outage, Fault::busy})
                       .up_to(1, 0);
  REQUIRE_EXPLORED(submitted.holds(exactly_one_effect));

  const Order order{.customer = "Ann", .lines = {{"Porsche", {"Porsche", 1}}}};
  auto added = gift_shop("payments")
                   .handles<AddGift>(&add_gift)
                   .effect<AddGift>("put on the order", times_on_order)
                   .with("cart-1", order)
                   .deliver(AddGift{"cart-1", "Porsche", 2})
                   .with_faults({Fault::outage, Fault::busy})
                   .up_to(1, 0);
  REQUIRE_EXPLORED(added.holds(exactly_one_effect));
}

namespace {

/// The order cart-1, whose messages are handled one after the other.
class Desk {
 public:
  explicit Desk(Order order) {
    Entity<Order> entity{EntityStore::key_of<Order>("cart-1"), std::move(order), std::nullopt};
    run_inline(EntityStore(store_).save(entity));
    endpoint_.on<AddGift>(&add_gift).on<BookPayment>(&book).on<CancelPayment>(&cancel);
  }

  template <class Command>
  void take(const Command& command, MessageId id = MessageId::random()) {
    HandlerContext context("payments", Delivery{"payments", make_message(command, id), {}, 1},
                           store_, broker_);
    run_inline(endpoint_.handle(context));
  }
  Order order() { return run_inline(EntityStore(store_).load<Order>("cart-1")).value; }
  int count_of(const std::string& gift) {
    int count = 0;
    for (const auto& [key, line] : order().lines) {
      if (line.gift == gift) count += line.count;
    }
    return count;
  }

 private:
  SqliteStore store_;
  SilentBroker broker_;
  Endpoint endpoint_{"payments"};
};

}  // namespace

TEST_CASE("the count that comes last is the count of a gift", "[step1]") {
  Desk desk({.customer = "Ann"});

  desk.take(AddGift{"cart-1", "teddy bear", 2});
  CHECK(desk.count_of("teddy bear") == 2);
  desk.take(AddGift{"cart-1", "teddy bear", 3});
  CHECK(desk.count_of("teddy bear") == 3);  // the customer wants three altogether
  desk.take(AddGift{"cart-1", "teddy bear, blue", 1});
  CHECK(desk.count_of("teddy bear, blue") == 1);
  CHECK(desk.count_of("teddy bear") == 3);
  desk.take(AddGift{"cart-1", "teddy bear", 1});
  CHECK(desk.count_of("teddy bear") == 1);  // and now one is enough
  desk.take(AddGift{"cart-1", "teddy bear", 0});
  CHECK(desk.count_of("teddy bear") == 0);  // or none
}

TEST_CASE("gifts and payments whose names look alike are different ones", "[step2][given]") {
  for (const auto& [one, other] : hard_names()) {
    Desk desk({.customer = "Ann"});
    CAPTURE(one, other);
    desk.take(AddGift{"cart-1", one, 1});
    desk.take(AddGift{"cart-1", other, 2});
    CHECK(desk.count_of(one) == 1);
    CHECK(desk.count_of(other) == 2);

    desk.take(BookPayment{"cart-1", 10}, {one});
    desk.take(BookPayment{"cart-1", 1}, {other});
    desk.take(CancelPayment{"cart-1", one}, {"the cancellation"});
    desk.take(BookPayment{"cart-1", 1}, {other});
    REQUIRE(paid(desk.order()) == 1);
  }
}

TEST_CASE("a handler leaves alone what its message does not speak of", "[step1][given]") {
  Desk desk({.customer = "Ann", .card = "Merry Christmas!"});

  desk.take(AddGift{"cart-1", "train", 1});
  desk.take(BookPayment{"cart-1", 10}, {"payment A"});
  desk.take(CancelPayment{"cart-1", "payment B"});
  desk.take(AddGift{"cart-1", "teddy bear", 2});

  CHECK(desk.order().customer == "Ann");
  CHECK(desk.order().card == "Merry Christmas!");
  CHECK(desk.count_of("train") == 1);
  CHECK(desk.count_of("teddy bear") == 2);
  CHECK(paid(desk.order()) == 10);
}
