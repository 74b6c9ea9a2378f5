#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "left_over.hpp"
#include "payments_handler.hpp"
#include "subscriber.hpp"
#include "tokens.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/order_checks.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Faults of one handler between a delivery and its acknowledgement.
constexpr Faults kTrouble = {Fault::crash, Fault::refused, Fault::unanswered};
constexpr Faults kAnyTrouble = {Fault::crash, Fault::refused, Fault::unanswered, Fault::duplicate};

/// How often the subscribers took notice of the one payment: the worst of them.
int times_taken(const StoreView& shop, const BookPayment& /*payment*/) {
  std::array<int, kSubscribers.size()> counts = {};
  for (const auto& document : shop.documents()) {
    if (!document.key.id.starts_with(kTakenPrefix)) continue;
    const auto taken = from_json<Taken>(document.body);
    const auto* place = std::find(kSubscribers.begin(), kSubscribers.end(), taken.endpoint);
    ++counts[static_cast<std::size_t>(place - kSubscribers.begin())];
  }
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
  return *most > 1 ? *most : *fewest;
}

/// No subscriber runs here, so each event stays in flight, with one token for each subscriber.
std::optional<Violation> token_without_message(const StoreView& shop) {
  std::map<std::pair<std::string, std::string>, int> counts;
  for (const auto& document : shop.documents()) {
    if (document.key.id != type_name<Token>()) continue;
    const auto token = from_json<Token>(document.body);
    if (++counts[{token.message_id, token.endpoint}] < 2) continue;
    return Violation{
        "garbage", "at rest there is one token for a message and subscriber",
        token.message_id + " has two for " + token.endpoint + ", and it carries only one of them"};
  }
  return std::nullopt;
}

std::ptrdiff_t tokens_count(const StoreView& shop, std::string_view subscriber) {
  const auto documents = shop.documents();
  return std::count_if(documents.begin(), documents.end(), [&](const auto& document) {
    return document.key.id == type_name<Token>() &&
           from_json<Token>(document.body).endpoint == subscriber;
  });
}

/// No subscriber runs here, so both tokens of the only event must still exist.
std::optional<Violation> event_without_token(const StoreView& shop) {
  for (const auto subscriber : kSubscribers) {
    if (tokens_count(shop, subscriber) > 0) continue;
    return Violation{
        "lost effect", "PaymentBooked carries a token for " + std::string(subscriber),
        "that token is gone: " + std::string(subscriber) + " will take the event for a duplicate"};
  }
  return std::nullopt;
}

/// Two payments are booked and no subscriber runs, so each event must still have its tokens.
std::optional<Violation> event_of_two_without_token(const StoreView& shop) {
  for (const auto subscriber : kSubscribers) {
    const auto count = tokens_count(shop, subscriber);
    if (count >= 2) continue;
    return Violation{"lost effect", "two events: two tokens for " + std::string(subscriber),
                     std::to_string(count) + ": " + std::string(subscriber) +
                         " will take an event that was never handled for a duplicate"};
  }
  return std::nullopt;
}

/// An order as a handler of m1 has left it that died before it had given its two messages tokens.
Order order_of_a_dead_handler() {
  return {.paid = 1, .outbox = {{"m1", events_of_a_dead_handler("m1", 1)}}};
}

GiftShop payments(const Order& order = Order{}) {
  return gift_shop("payments")
      .handles<BookPayment>(&handle)
      .on_store(Profile::cosmos())
      .with("order-1", order)
      .commits_by_saving<Order>()
      .ghosts_by_attempt()
      .leftover<Order>(left_in_order)
      .leftover<Token>(used_token_left);
}

/// A payment in the queue, and its token, as its sender leaves them.
GiftShop& deliver(GiftShop& shop, int amount, ToHandlers handlers = {1}, Copies copies = {1}) {
  const auto id = "m" + std::to_string(shop.scenario().messages.size() + 1);
  auto message = make_message(BookPayment{"order-1", amount}, MessageId{id});
  message.headers.emplace(tokens::header_for("payments"), "token-" + id);
  return shop.with("token-" + id, Token{id, "payments"})
      .deliver_message(std::move(message), handlers, copies);
}

/// Whether an attempt at m1 is registered and none has stored its tokens yet.
bool is_registered(Order& order) {
  const auto entry = order.outbox.find("m1");
  return entry != order.outbox.end() && !order.registered["m1"].empty() &&
         !entry->second.at(0).headers.contains(tokens::header_for(kSubscribers[0]));
}

/// Records that an attempt has registered more than once.
struct BegunAnew {
  std::string message_id;
};
BOOST_DESCRIBE_STRUCT(BegunAnew, (), (message_id))

std::optional<std::string> begun_anew(const BegunAnew& attempt) {
  return "the attempt at " + attempt.message_id + " has registered anew in one delivery";
}

/// Another handler, which books payments of 10 coins while an attempt at m1 is registered, and so
/// makes the saves of m1 fail. It does nothing else, so that only these saves disturb m1.
Task<void> book_others(Store& store) {
  EntityStore entities(store);
  std::vector<std::string> seen;
  for (int i = 0; i < 2; ++i) {
    auto order = co_await entities.load<Order>("order-1");
    if (!is_registered(order.value)) co_return;
    const auto& registered = order.value.registered["m1"];
    if (!seen.empty() && seen != registered) {
      co_await store.put(EntityStore::key_of<BegunAnew>("m1"), to_json(BegunAnew{"m1"}),
                         Expected::any());
      co_return;
    }
    seen = registered;
    order.value.paid += 10;
    try {
      co_await entities.save(order);
    } catch (const VersionConflict&) {
      co_return;
    }
  }
}

/// Another attempt at m1, which registers after the first one, creates its token and crashes.
Task<void> register_and_die(Store& store) {
  EntityStore entities(store);
  auto order = co_await entities.load<Order>("order-1");
  if (!is_registered(order.value)) co_return;
  const auto token = EntityStore::key_of<Token>("token-of-the-dead");
  const auto event_id = order.value.outbox.at("m1").front().id.value;
  co_await store.put(token, to_json(Token{event_id, std::string(kSubscribers[0])}),
                     Expected::any());
  order.value.registered["m1"].push_back("token-of-the-dead");
  bool late = false;
  try {
    co_await entities.save(order);
  } catch (const VersionConflict&) {
    late = true;
  }
  if (late) co_await store.erase(token, Expected::any());
}

/// Another attempt at m1, which stores its tokens while the first one is registered, and crashes
/// before it sends anything.
Task<void> overtake_and_die(Store& store) {
  EntityStore entities(store);
  auto order = co_await entities.load<Order>("order-1");
  if (!is_registered(order.value)) co_return;
  auto& event = order.value.outbox.at("m1").front();
  for (const auto endpoint : kSubscribers) {
    const auto token = "token-of-the-dead-for-" + std::string(endpoint);
    event.headers.emplace(tokens::header_for(endpoint), token);
    co_await store.put(EntityStore::key_of<Token>(token),
                       to_json(Token{event.id.value, std::string(endpoint)}), Expected::any());
  }
  try {
    co_await entities.save(order);
  } catch (const VersionConflict&) {  // the first attempt was faster; this one leaves two tokens
  }
}

Task<void> receive_and_take(std::shared_ptr<const Endpoint> endpoint, Store& store,
                            Broker& broker) {
  co_await endpoint->receive_and_handle(store, broker);
}

/// The subscribers, with one handler each.
GiftShop& with_subscribers(GiftShop& shop) {
  for (const auto subscriber : kSubscribers) {
    const std::string name(subscriber);
    auto endpoint = std::make_shared<Endpoint>(name);
    endpoint->on<PaymentBooked>(&take);
    shop.and_endpoint(name).subscribed_to<PaymentBooked>();
    shop.scenario().processes.push_back({name, name, name,
                                         [endpoint](explore::ProcessContext& context) {
                                           return receive_and_take(endpoint, context.store(),
                                                                   context.broker());
                                         },
                                         true});
  }
  return shop;
}

/// The promises of the earlier labs about a payment, and that nothing is left over.
Verdict holds_all(GiftShop& shop) {
  return shop.effect<BookPayment>("booked", times_booked<Order>)
      .holds(exactly_one_effect, no_ghost_message, no_lost_message, consistent_output, no_garbage);
}

}  // namespace

TEST_CASE("a payment is booked and told of once, whatever happens to its handler", "[step1]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1).with_faults(kAnyTrouble).up_to(2, 0);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a payment of which nobody is told is booked once", "[step1]") {
  auto scenario = payments(Order{.surprise = true});
  deliver(scenario, 1).with_faults(kAnyTrouble).up_to(2, 0).at_rest(no_surprise_any_more<Order>);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("all that a dead handler has left is sent, wherever the next one dies", "[step1]") {
  auto scenario = payments(order_of_a_dead_handler())
                      .emits<PaymentBooked, BookPayment>()
                      .emits<OrderPaid, BookPayment>();
  deliver(scenario, 1).with_faults(kTrouble).up_to(1, 0);

  REQUIRE_EXPLORED(
      scenario.holds(exactly_one_effect, no_lost_message, consistent_output, no_garbage));
}

TEST_CASE("two handlers of one payment book it once, without any fault", "[step1]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1, to_handlers(2), duplicated()).up_to(0, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a handler that outlives its lease spoils nothing", "[step1]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1, to_handlers(2)).with_faults({Fault::lease_expiry, Fault::crash}).up_to(2, 1);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("what a dead handler has left is removed by the one that outlived it", "[step1]") {
  auto scenario = payments(Order{.surprise = true});
  deliver(scenario, 1, to_handlers(2)).with_faults({Fault::lease_expiry, Fault::crash}).up_to(2, 2);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("every subscriber hears of a payment once, whatever happens to anyone", "[step1]") {
  auto scenario = payments();
  deliver(scenario, 1).with_faults({Fault::crash, Fault::unanswered, Fault::duplicate}).up_to(1, 1);
  with_subscribers(scenario).effect<BookPayment>("taken notice of", times_taken);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two payments of one order are both booked and told of once", "[step1]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1, to_handlers(2));
  deliver(scenario, 10, to_handlers(2))
      .all_messages_at_once()
      .with_faults({Fault::duplicate})
      .up_to(1, 1);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("no token is left behind, whatever happens to the handler", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1).with_faults(kTrouble).up_to(2, 0).at_rest(token_without_message);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("no token is left behind when two payments meet", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2));
  deliver(scenario, 10, to_handlers(2))
      .all_messages_at_once()
      .with_faults({Fault::crash})
      .up_to(1, 1)
      .at_rest(token_without_message);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("no token is left behind by a handler that another one has overtaken", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2), duplicated())
      .with_faults({Fault::duplicate, Fault::lease_expiry})
      .up_to(0, 2)
      .at_rest(token_without_message);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a slow handler loses none of its tokens", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2), duplicated()).up_to(0, 2).at_rest(event_without_token);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a slow handler loses none of its tokens to another payment", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2));
  deliver(scenario, 10, to_handlers(2))
      .all_messages_at_once()
      .up_to(0, 1)
      .at_rest(event_of_two_without_token);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a slow handler creates no token again", "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2), duplicated()).with_faults({Fault::duplicate}).up_to(1, 1);
  with_subscribers(scenario).effect<BookPayment>("taken notice of", times_taken);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("a handler that has registered need not begin anew when another payment comes between",
          "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1).with_faults({}).up_to(0, 4);
  scenario.scenario().queues.back().options.deliveries_max = 1;
  scenario.leftover<BegunAnew>(begun_anew);
  scenario.with_client(
      "payments-2", [](explore::ProcessContext& context) { return book_others(context.store()); },
      true);

  REQUIRE_EXPLORED(scenario.effect<BookPayment>("booked", times_booked<Order>)
                       .holds(exactly_one_effect, no_lost_message, no_garbage));
}

TEST_CASE("the token of an attempt that registers later and dies goes with the message",
          "[step2]") {
  auto scenario = payments();
  deliver(scenario, 1).with_faults({}).up_to(0, 2).at_rest(token_without_message);
  scenario.with_client(
      "payments-2",
      [](explore::ProcessContext& context) { return register_and_die(context.store()); }, true);

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("a handler that was overtaken leaves nothing to one that may be dead", "[step2][given]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1).with_faults({}).up_to(0, 2);
  scenario.with_client(
      "payments-2",
      [](explore::ProcessContext& context) { return overtake_and_die(context.store()); }, true);

  REQUIRE_EXPLORED(scenario.effect<BookPayment>("booked", times_booked<Order>)
                       .holds(exactly_one_effect, no_lost_message, consistent_output));
}

// These take up to a minute, so they are not part of the lab: run them with the program's argument
// "[proof]".
TEST_CASE("one payment, all kinds of faults, two of them, and two preemptions", "[.][proof]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1, to_handlers(2)).with_faults(Faults::all()).up_to(2, 2);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("subscribers of one payment, one fault and two preemptions", "[.][proof]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2)).with_faults(Faults::all()).up_to(1, 2);
  with_subscribers(scenario).effect<BookPayment>("taken notice of", times_taken);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("tokens of two payments, each with two handlers, two faults, two preemptions",
          "[.][proof]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2));
  deliver(scenario, 10, to_handlers(2))
      .all_messages_at_once()
      .with_faults({Fault::duplicate, Fault::lease_expiry})
      .up_to(2, 2)
      .at_rest(token_without_message);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("tokens of two payments, two faults, two preemptions and no duplicate", "[.][proof]") {
  auto scenario = payments();
  deliver(scenario, 1, to_handlers(2));
  deliver(scenario, 10, to_handlers(2))
      .all_messages_at_once()
      .with_faults(kTrouble)
      .up_to(2, 2)
      .at_rest(token_without_message);
  scenario.scenario().bounds.time_max = std::chrono::minutes{5};

  REQUIRE_EXPLORED(holds_all(scenario));
}

TEST_CASE("all is as it should be in the end, however long an operation fails", "[step1]") {
  auto scenario = payments().emits<PaymentBooked, BookPayment>();
  deliver(scenario, 1)
      .with_faults({Fault::outage, Fault::busy})
      .up_to(1, 0)
      .at_rest(event_without_token);

  REQUIRE_EXPLORED(holds_all(scenario));
}
