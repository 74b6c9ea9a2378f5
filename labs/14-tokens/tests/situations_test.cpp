#include "workshop/shop/situations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "left_over.hpp"
#include "payments_handler.hpp"
#include "tokens.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// No subscriber runs here, so the tokens that exist are those that events carry, and no others.
std::optional<std::string> tokens_beside_what_was_sent(const std::vector<Document>& documents,
                                                       const std::vector<Message>& sent) {
  std::set<std::string> carried;
  for (const auto& event : sent) {
    for (const auto subscriber : kSubscribers) {
      const auto header = event.headers.find(tokens::header_for(subscriber));
      if (header == event.headers.end()) {
        return "an event carries no token for " + std::string(subscriber);
      }
      carried.insert(header->second);
    }
  }
  for (const auto& document : documents) {
    if (document.key.id != type_name<Token>()) continue;
    const auto token = from_json<Token>(document.body);
    if (token.endpoint == "payments" || carried.erase(document.key.partition) > 0) continue;
    return "a token of " + token.message_id + " for " + token.endpoint + " that no event carries";
  }
  if (carried.empty()) return std::nullopt;
  return "an event carries the token " + *carried.begin() + ", which does not exist";
}

/// Whether an attempt at a payment is registered, and none has stored its tokens yet.
bool waits_for_tokens(const Document& document, const std::string& id) {
  const auto order = from_json<Order>(document.body);
  const auto entry = order.outbox.find(id);
  return order.registered.contains(id) && entry != order.outbox.end() && !entry->second.empty() &&
         !entry->second.front().headers.contains(tokens::header_for(kSubscribers[0]));
}

/// Payments that are booked, with the tokens that dead attempts have registered and created.
StoredDocuments attempts_that_have_registered(const std::string& order_id,
                                              const std::vector<BegunPayment>& begun) {
  Order order;
  StoredDocuments documents;
  for (const auto& [id, amount, attempts_count] : begun) {
    order.paid += amount;
    order.outbox[id] = {make_message(PaymentBooked{order_id, amount}, MessageId{"told-of-" + id})};
    for (int attempt = 1; attempt <= attempts_count; ++attempt) {
      for (const auto subscriber : kSubscribers) {
        const auto token = id + "-" + std::string(subscriber) + "-" + std::to_string(attempt);
        order.registered[id].push_back(token);
        documents.emplace_back(EntityStore::key_of<Token>(token),
                               to_json(Token{"told-of-" + id, std::string(subscriber)}));
      }
    }
  }
  documents.emplace_back(EntityStore::key_of<Order>(order_id), to_json(order));
  return documents;
}

/// The handler, for situations.
BookingHandler payments_handler() {
  BookingHandler handler;
  handler.handlers = [](Endpoint& endpoint) { endpoint.on<BookPayment>(&handle); };
  handler.profile = Profile::cosmos();
  handler.key_of = [](const std::string& order) { return EntityStore::key_of<Order>(order); };
  handler.empty_order = to_json(Order{});
  handler.silent_order = to_json(Order{.surprise = true});
  handler.paid = [](const Document& document) { return from_json<Order>(document.body).paid; };
  handler.message = [](const std::string& id, const std::string& order, int amount) {
    auto message = make_message(BookPayment{order, amount}, MessageId{id});
    message.headers.emplace(tokens::header_for("payments"), "token-of-" + id);
    return message;
  };
  handler.stores_events = true;
  handler.documents_grow = false;
  handler.is_registered = waits_for_tokens;
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id == type_name<Token>())
      return used_token_left(from_json<Token>(document.body));
    if (document.key.id == type_name<Order>())
      return left_in_order(from_json<Order>(document.body));
    return std::nullopt;
  };
  handler.left_beside = tokens_beside_what_was_sent;
  handler.left_unsent = [](const std::string& id, const std::string& order, int amount,
                           std::vector<Message> messages) {
    const Order left{.paid = amount, .outbox = {{id, std::move(messages)}}};
    return std::vector{std::pair(EntityStore::key_of<Order>(order), to_json(left))};
  };
  handler.left_begun = attempts_that_have_registered;
  handler.left_waiting = [](const std::string& order,
                            const std::vector<std::pair<std::string, Message>>& waiting) {
    Order left{.paid = static_cast<int>(waiting.size())};
    for (const auto& [id, message] : waiting) left.outbox[id] = {message};
    return StoredDocuments{{EntityStore::key_of<Order>(order), to_json(left)}};
  };
  handler.arrives_with = [](Store& store, const Message& message) {
    run_inline(store.put(EntityStore::key_of<Token>("token-of-" + message.id.value),
                         to_json(Token{message.id.value, "payments"}), Expected::absent()));
  };
  return handler;
}

}  // namespace

TEST_CASE("names, amounts and old deliveries are nothing special", "[step1]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}

// A message that several endpoints handle has a token for each.
TEST_CASE("a payment needs its token for this very endpoint, at whichever delivery", "[.exam]") {
  for (const std::uint32_t count : {1U, 2U, 11U, 100U}) {
    CAPTURE(count);
    const SystemClock clock;
    InProcessBroker broker(clock);
    SqliteStore store;
    const BookPayment payment{"order-1", 1};
    auto message = make_message(payment, MessageId{"m1"});
    const auto with_token_for = [&](const std::string& endpoint) {
      message.headers[tokens::header_for(endpoint)] = "token-for-" + endpoint;
      run_inline(store.put(EntityStore::key_of<Token>("token-for-" + endpoint),
                           to_json(Token{"m1", endpoint}), Expected::absent()));
    };
    const auto has_token_for = [&](const std::string& endpoint) {
      return store.find(EntityStore::key_of<Token>("token-for-" + endpoint)).has_value();
    };
    const auto handle_it = [&] {
      HandlerContext context("payments", Delivery{"payments", message, {}, count}, store, broker);
      run_inline(handle(payment, context));
    };
    with_token_for("loyalty");
    with_token_for("warehouse");
    CHECK_THROWS_AS(handle_it(), InvalidRequest);
    CHECK(store.documents().size() == 2);

    with_token_for("payments");
    handle_it();
    CHECK_FALSE(has_token_for("payments"));
    CHECK(has_token_for("loyalty"));
    CHECK(has_token_for("warehouse"));
    const auto order = store.find(EntityStore::key_of<Order>("order-1"));
    REQUIRE(order);
    REQUIRE(from_json<Order>(order->body).paid == 1);
  }
}
