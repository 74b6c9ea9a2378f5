#include <optional>
#include <set>
#include <string>
#include <vector>

#include "dropping_shop.hpp"
#include "loyalty_handler.hpp"
#include "rewards.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Every fault of one handler between a delivery and its acknowledgement.
constexpr Faults kAnyTrouble = {Fault::crash, Fault::duplicate, Fault::lease_expiry, Fault::refused,
                                Fault::unanswered};

/// The customer's sum at the start. Another six coins earn a coupon.
constexpr int kSpentBefore = 95;

/// How often the payment was added. Payments are of 10 and of 1000 coins, so each has its own digit
/// of the sum.
int times_added(const StoreView& shop, const CustomerPaid& payment) {
  const auto customer = shop.entity<Customer>(payment.customer_id);
  return (customer->spent - kSpentBefore) / payment.amount % 10;
}

std::optional<std::string> left_in_outbox(const Customer& customer) {
  if (customer.outbox.empty()) return std::nullopt;
  const auto& [id, messages] = *customer.outbox.begin();
  return "the customer's outbox still has an entry for " + id + ", with " +
         std::to_string(messages.size()) + " messages";
}

GiftShop loyalty(const Customer& customer = {.spent = kSpentBefore}) {
  return gift_shop("loyalty")
      .handles<CustomerPaid>(&handle)
      .with("customer-1", customer)
      .commits_by_saving<Customer>()
      .leftover<Customer>(left_in_outbox);
}

/// Two payments at once. The one that is added first earns the coupon; the one of 1000 coins earns
/// the gold card.
GiftShop two_payments(ToHandlers handlers) {
  return loyalty()
      .effect<CustomerPaid>("added", times_added)
      .emits_in_all<GrantCoupon>(1)
      .emits_in_all<SendGoldCard>(1)
      .deliver(CustomerPaid{"customer-1", 10}, handlers)
      .deliver(CustomerPaid{"customer-1", 1000}, handlers)
      .all_messages_at_once();
}

/// All promises about rewards. The attempt that made a reward must itself have saved: a reward made
/// again by an attempt that saved nothing is a ghost message.
Verdict holds_all(GiftShop& scenario) {
  return scenario.ghosts_by_attempt().holds(exactly_one_effect, no_ghost_message, no_lost_message,
                                            consistent_output, no_garbage);
}

/// The same handler, for situations.
BookingHandler loyalty_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<CustomerPaid>(&handle); };
  handler.message = [](const std::string& id, const std::string& customer, int amount) {
    return make_message(CustomerPaid{customer, amount}, MessageId{id});
  };
  handler.key_of = [](const std::string& customer) {
    return EntityStore::key_of<Customer>(customer);
  };
  handler.empty_order = to_json(Customer{});
  handler.paid = [](const Document& document) { return from_json<Customer>(document.body).spent; };
  handler.left_over = [](const Document& document) {
    return left_in_outbox(from_json<Customer>(document.body));
  };
  handler.stores_events = true;
  handler.event_types = {"GrantCoupon", "SendGoldCard"};
  handler.left_handled = [](const std::string& customer, const std::vector<std::string>& ids) {
    const Customer left{static_cast<int>(ids.size()), {ids.begin(), ids.end()}, {}};
    return StoredDocuments{{EntityStore::key_of<Customer>(customer), to_json(left)}};
  };
  handler.left_waiting = [](const std::string& customer,
                            const std::vector<std::pair<std::string, Message>>& waiting) {
    Customer left;
    for (const auto& [id, message] : waiting) {
      ++left.spent;
      left.processed.insert(id);
      left.outbox[id] = {message};
    }
    return StoredDocuments{{EntityStore::key_of<Customer>(customer), to_json(left)}};
  };
  handler.events = [](const std::string& customer, int amount, int spent_before) {
    const int spent = spent_before + amount;
    std::vector<ExpectedEvent> events;
    if (spent_before <= kCouponOver && spent > kCouponOver) {
      events.push_back({"GrantCoupon", to_json(GrantCoupon{customer, spent})});
    }
    if (spent_before <= kGoldCardOver && spent > kGoldCardOver) {
      events.push_back({"SendGoldCard", to_json(SendGoldCard{customer})});
    }
    return events;
  };
  return handler;
}

}  // namespace

TEST_CASE("rewards are earned once whatever is bought meanwhile", "[step1]") {
  auto scenario = two_payments(to_handlers(1))
                      .with_faults({Fault::crash, Fault::duplicate, Fault::reorder})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("the coupon survives a dropped send and what is bought before the retry", "[step1]") {
  DroppingShop shop(60);
  shop.submit("order-1", 50);
  shop.drop_the_next_send();
  shop.book("order-1");
  shop.submit("order-2", 60);
  shop.book("order-2");
  shop.book("order-1");

  INFO("60 coins were spent before, then 50 and 60: the first order earned a coupon");
  INFO("GrantCoupon was sent under " << shop.coupons_count() << " ids");
  REQUIRE(shop.coupons_count() == 1);
}

TEST_CASE("a coupon that is sent again is the coupon that was sent before", "[step1]") {
  DroppingShop shop(60);
  shop.submit("order-1", 50);
  shop.lose_the_next_answer();
  shop.book("order-1");
  shop.submit("order-2", 60);
  shop.book("order-2");
  shop.book("order-1");

  INFO("the coupon was sent, but the handler did not get to know: it has to be sent again");
  const auto printed = shop.printed_on_coupons();  // twice at least: it may come more often
  REQUIRE(printed.size() >= 2);
  REQUIRE(printed == std::vector<int>(printed.size(), 110));
}

TEST_CASE("a payment that comes again earns no second coupon", "[step1]") {
  // The second payment earns the coupon: 100 coins are not more than 100.
  auto scenario = loyalty(Customer{})
                      .deliver(CustomerPaid{"customer-1", 100})
                      .deliver(CustomerPaid{"customer-1", 10})
                      .all_messages_at_once()
                      .emits_in_all<GrantCoupon>(1)
                      .with_faults({Fault::duplicate, Fault::reorder})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_lost_message));
}

TEST_CASE("a coupon is the same to the last byte however often it is sent", "[step1]") {
  auto scenario = two_payments(to_handlers(1))
                      .with_faults({Fault::crash, Fault::reorder, Fault::unanswered})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(consistent_output));
}

TEST_CASE("no reward leaves before its payment is saved", "[step1][given]") {
  auto scenario =
      loyalty().deliver(CustomerPaid{"customer-1", 10}, to_handlers(2), duplicated()).up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(no_premature_message));
}

TEST_CASE("a payment is added once however often it is delivered", "[step1][given]") {
  auto scenario = loyalty()
                      .effect<CustomerPaid>("added", times_added)
                      .deliver(CustomerPaid{"customer-1", 10}, to_handlers(2), duplicated())
                      .with_faults(kAnyTrouble)
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a reward says whose it is and what for, to those who wait for it", "[step1][given]") {
  DroppingShop shop(95);
  SECTION("two payments earn a reward each") {
    shop.submit("order-1", 10);
    shop.book("order-1");
    shop.submit("order-2", 1000);
    shop.book("order-2");

    const std::set<std::string> coupons = {
        R"(GrantCoupon {"customer_id":"customer-1","spent":105}, coupon-of-payment-of-order-1, )"
        "caused by payment-of-order-1"};
    CHECK(shop.received<GrantCoupon>() == coupons);
    const std::set<std::string> cards = {
        R"(SendGoldCard {"customer_id":"customer-1"}, card-of-payment-of-order-2, )"
        "caused by payment-of-order-2"};
    CHECK(shop.received<SendGoldCard>() == cards);
  }
  SECTION("one payment earns both") {
    shop.submit("order-1", 1000);
    shop.book("order-1");

    const std::set<std::string> coupons = {
        R"(GrantCoupon {"customer_id":"customer-1","spent":1095}, coupon-of-payment-of-order-1, )"
        "caused by payment-of-order-1"};
    CHECK(shop.received<GrantCoupon>() == coupons);
    const std::set<std::string> cards = {
        R"(SendGoldCard {"customer_id":"customer-1"}, card-of-payment-of-order-1, )"
        "caused by payment-of-order-1"};
    CHECK(shop.received<SendGoldCard>() == cards);
  }
}

TEST_CASE("a payment is known again after many others", "[step1][given]") {
  DroppingShop shop(0);
  for (int number = 1; number <= 50; ++number) {
    shop.submit(std::to_string(number), 1);
    shop.book(std::to_string(number));
  }
  CHECK(shop.spent() == 50);

  for (int number = 1; number <= 50; ++number) shop.book(std::to_string(number));
  CHECK(shop.spent() == 50);
}

TEST_CASE("nothing is left in the outbox and no coupon is lost by clearing it", "[step2]") {
  auto scenario = loyalty()
                      .effect<CustomerPaid>("added", times_added)
                      .emits_in_all<GrantCoupon>(1)
                      .deliver(CustomerPaid{"customer-1", 10}, to_handlers(2))
                      .with_faults(kAnyTrouble)
                      .up_to(2, 1);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("clearing the outbox spoils nothing for another payment", "[step2]") {
  auto scenario = two_payments(to_handlers(2)).up_to(1, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("names, amounts and old deliveries are nothing special", "[step2]") {
  REQUIRE_RIGHT_IN(everyday_situations(loyalty_handler()));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step2]") {
  auto scenario = loyalty()
                      .effect<CustomerPaid>("added", times_added)
                      .emits_in_all<GrantCoupon>(1)
                      .deliver(CustomerPaid{"customer-1", 10})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a conflict does not mean that a living handler has it in hand", "[step2]") {
  auto scenario = loyalty()
                      .effect<CustomerPaid>("added", times_added)
                      .emits_in_all<GrantCoupon>(1)
                      .deliver(CustomerPaid{"customer-1", 10}, to_handlers(2))
                      .with_faults({Fault::lease_expiry, Fault::crash})
                      .up_to(2, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(loyalty_handler()));
}

TEST_CASE("a payment that earns both rewards brings both, whatever fails and for however long",
          "[.exam]") {
  for (const auto faults : {kAnyTrouble, Faults{Fault::outage, Fault::busy},
                            Faults{Fault::lease_expiry, Fault::crash}}) {
    auto scenario = loyalty()
                        .effect<CustomerPaid>("added", times_added)
                        .emits_in_all<GrantCoupon>(1)
                        .emits_in_all<SendGoldCard>(1)
                        .deliver(CustomerPaid{"customer-1", 1'000}, to_handlers(2))
                        .with_faults(faults)
                        .up_to(1, 1);

    REQUIRE_EXPLORED(holds_all(scenario));
  }
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(loyalty_handler()));
}

TEST_CASE("one more payment drives out none of 140,000", "[.exam]") {
  constexpr int kMany = 140'000;
  Customer customer{};
  customer.spent = kMany;
  for (int number = 1; number <= kMany; ++number) {
    customer.processed.insert("payment-" + std::to_string(number));
  }
  SqliteStore store;
  const auto key = EntityStore::key_of<Customer>("customer-1");
  run_inline(store.put(key, to_json(customer), Expected::absent()));
  const SystemClock clock;
  InProcessBroker broker(clock);
  const CustomerPaid event{"customer-1", 1};
  for (const auto* id : {"new", "payment-1", "payment-70000", "payment-140000", "new"}) {
    HandlerContext context(
        "loyalty", Delivery{"loyalty", make_message(event, MessageId{id}), {}, 1}, store, broker);
    run_inline(handle(event, context));
  }
  const auto after = from_json<Customer>(store.find(key)->body);
  CHECK(after.spent == kMany + 1);
  CHECK(after.processed.size() == kMany + 1);
}
