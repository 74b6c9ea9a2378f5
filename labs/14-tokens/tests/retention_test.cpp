#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "payments_handler.hpp"
#include "subscriber.hpp"
#include "tokens.hpp"
#include "workshop/shop/dead_handler.hpp"
#include "workshop/shop/inbox.hpp"
#include "workshop/shop/quiet_shop.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr std::chrono::days kInboxEntryLives{7};

/// The shop without the explorer: nothing fails, but time passes.
class Shop : public QuietShop {
 public:
  Shop() : QuietShop(Profile::cosmos(), {"PaymentBooked", "OrderPaid"}) {
    open("payments", {.deliveries_max = 1}).on<BookPayment>(&handle);
    for (const auto subscriber : kSubscribers) {
      open(std::string(subscriber)).on<PaymentBooked>(&take);
      broker().subscribe("PaymentBooked", std::string(subscriber));
    }
    with("order-1", Order{});
  }

  /// The payment with its token, as whoever sends it makes them.
  Message with_token(Message payment) {
    const auto token = tokens::fresh_id();
    payment.headers.emplace(tokens::header_for("payments"), token);
    with(token, Token{payment.id.value, "payments"});
    return payment;
  }
  /// A payment of one coin, with its token.
  Message new_payment() { return with_token(make_message(BookPayment{"order-1", 1})); }
  /// A handler of the payment dies before it has given its messages their tokens.
  void lose_a_handler_of(const Message& payment) {
    Order order;
    order.paid = 1;
    order.outbox.emplace(payment.id.value, events_of_a_dead_handler(payment.id.value, 1));
    run_inline(store().put(EntityStore::key_of<Order>("order-1"), to_json(order), Expected::any()));
  }
  void send(const Message& payment) { QuietShop::send("payments", payment); }

  void handle_payments() { handle_all("payments"); }
  void handle_events() {
    for (const auto subscriber : kSubscribers) handle_all(std::string(subscriber));
  }
  /// A handler receives a payment, and the machine it runs on is never seen again.
  void lose_a_handler() { REQUIRE(run_inline(broker().receive("payments"))); }
  std::size_t redrive() { return run_inline(broker().redrive("payments")); }

  /// Time passes; the database erases inbox entries that are older than `kInboxEntryLives`.
  void wait(std::chrono::days days) {
    clock().advance(days);
    if (days < kInboxEntryLives) return;
    for (const auto& document : store().documents()) {
      if (document.key.id != type_name<InboxEntry>()) continue;
      run_inline(store().erase(document.key, Expected::any()));
    }
  }

  int paid() const { return entity<Order>("order-1").paid; }
  std::size_t tokens_count() const {
    std::size_t count = 0;
    for (const auto& document : store().documents()) count += document.key.id == type_name<Token>();
    return count;
  }
  /// What is wrong with the tokens of the events that were published; "" when nothing is.
  std::string wrong_tokens() {
    std::string wrong;
    for (const auto& event : archive().events()) {
      for (const auto subscriber : kSubscribers) {
        const auto token = token_of(event, subscriber);
        if (token && token->message_id == event.id.value && token->endpoint == subscriber) continue;
        wrong += "the token that event " + event.id.value + " carries for " +
                 std::string(subscriber) +
                 (token ? " is for " + token->message_id + " at " + token->endpoint + "\n"
                        : " does not exist, or it carries none\n");
      }
    }
    return wrong;
  }
  /// Documents but for the order and what the subscribers have written; tokens too.
  std::size_t documents_kept_count() const {
    const auto documents = store().documents();
    return std::count_if(documents.begin(), documents.end(), [](const auto& document) {
      return document.key.id != type_name<Order>() && !document.key.id.starts_with(kTakenPrefix);
    });
  }

 private:
  std::optional<Token> token_of(const Message& event, std::string_view subscriber) const {
    const std::string id(event.header(tokens::header_for(subscriber)));
    if (id.empty()) return std::nullopt;
    const auto document = store().find(EntityStore::key_of<Token>(id));
    if (!document) return std::nullopt;
    return from_json<Token>(document->body);
  }
};

}  // namespace

TEST_CASE("a payment that is redriven after a month as a dead letter is not booked again",
          "[step1]") {
  Shop shop;
  const auto payment = shop.new_payment();
  shop.send(payment);
  shop.send(payment);  // the second copy
  shop.lose_a_handler();
  shop.handle_payments();
  REQUIRE(shop.paid() == 1);

  shop.wait(std::chrono::days{30});
  REQUIRE(shop.redrive() == 1);  // an operator presses the button
  shop.handle_payments();

  INFO("coins paid, of a payment of 1 coin");
  REQUIRE(shop.paid() == 1);
}

TEST_CASE("a payment that comes again after ten years is not booked again", "[step1]") {
  Shop shop;
  const auto payment = shop.new_payment();
  shop.send(payment);
  shop.handle_payments();
  REQUIRE(shop.paid() == 1);

  shop.wait(std::chrono::days{3653});
  shop.send(payment);
  shop.handle_payments();

  INFO("coins paid, of a payment of 1 coin");
  REQUIRE(shop.paid() == 1);
}

TEST_CASE("there are as many tokens as messages in flight", "[step1]") {
  constexpr std::size_t kPaymentsCount = 50;
  Shop shop;
  for (std::size_t i = 0; i < kPaymentsCount; ++i) shop.send(shop.new_payment());
  REQUIRE(shop.tokens_count() == kPaymentsCount);

  shop.handle_payments();
  REQUIRE(shop.paid() == kPaymentsCount);
  INFO("now the events are in flight, each of them to " << kSubscribers.size() << " subscribers");
  REQUIRE(shop.tokens_count() == kPaymentsCount * kSubscribers.size());
  REQUIRE(shop.wrong_tokens() == "");

  shop.handle_events();
  INFO("now nothing is in flight");
  REQUIRE(shop.tokens_count() == 0);
}

TEST_CASE("two messages of one payment carry tokens of their own", "[step1]") {
  Shop shop;
  const auto payment = shop.new_payment();
  shop.lose_a_handler_of(payment);
  shop.send(payment);
  shop.handle_payments();

  REQUIRE(shop.archive().events().size() == 2);
  INFO("two events are in flight, each of them to " << kSubscribers.size() << " subscribers");
  CHECK(shop.tokens_count() == 2 * kSubscribers.size());
  CHECK(shop.wrong_tokens() == "");
}

TEST_CASE("an event says what was paid and by which message, under an id of its own",
          "[step1][given]") {
  Shop shop;
  for (auto& payment : payments_of_cart_1()) shop.send(shop.with_token(std::move(payment)));
  shop.handle_payments();

  REQUIRE(wrong_in_events_of_cart_1(shop.archive()) == "");
}

TEST_CASE("nothing is kept of a payment that was handled", "[step1]") {
  constexpr std::size_t kPaymentsCount = 50;
  Shop shop;
  const auto order_bytes = shop.bytes_of<Order>("order-1");
  for (std::size_t i = 0; i < kPaymentsCount; ++i) shop.send(shop.new_payment());
  shop.handle_payments();
  shop.handle_events();
  REQUIRE(shop.paid() == kPaymentsCount);

  INFO("documents that are neither the order nor the subscribers' own");
  REQUIRE(shop.documents_kept_count() == 0);
  INFO("bytes of the order: all that has changed is its sum, which has a digit more");
  REQUIRE(shop.bytes_of<Order>("order-1") == order_bytes + 1);
}

TEST_CASE("a payment without a token is refused, not taken for a duplicate", "[step1]") {
  Shop shop;
  shop.send(make_message(BookPayment{"order-1", 1}));
  shop.handle_payments();

  REQUIRE(shop.paid() == 0);
  REQUIRE(shop.redrive() == 1);  // it waits in the dead-letter queue for an operator
}
