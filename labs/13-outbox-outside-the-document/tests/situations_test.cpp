#include "workshop/shop/situations.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "left_over.hpp"
#include "outbox.hpp"
#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/situations.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Attempts that have registered their transactions, and written their records.
StoredDocuments attempts_that_have_registered(const std::string& order_id,
                                              const std::vector<BegunPayment>& begun) {
  Order order;
  StoredDocuments documents;
  for (const auto& [id, amount, attempts_count] : begun) {
    for (int attempt = 1; attempt <= attempts_count; ++attempt) {
      const auto transaction = "tx-" + id + "-" + std::to_string(attempt);
      order.registered[id].push_back(transaction);
      documents.emplace_back(EntityStore::key_of<OutboxRecord>(transaction),
                             to_json(OutboxRecord{transaction, id, {}}));
    }
  }
  documents.emplace_back(EntityStore::key_of<Order>(order_id), to_json(order));
  return documents;
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
  handler.is_registered = [](const Document& document, const std::string& id) {
    return from_json<Order>(document.body).registered.contains(id);
  };
  handler.left_unsent = [](const std::string& id, const std::string& order, int amount,
                           std::vector<Message> messages) {
    const Order left{.paid = amount, .transaction = "tx-of-the-dead"};
    const OutboxRecord record{left.transaction, id, std::move(messages)};
    return std::vector{
        std::pair(EntityStore::key_of<Order>(order), to_json(left)),
        std::pair(EntityStore::key_of<OutboxRecord>(record.transaction), to_json(record))};
  };
  handler.left_begun = attempts_that_have_registered;
  handler.left_over = [](const Document& document) -> std::optional<std::string> {
    if (document.key.id != type_name<Order>()) return std::nullopt;
    return transaction_left(from_json<Order>(document.body));
  };
  handler.left_beside = [](const std::vector<Document>& documents,
                           const std::vector<Message>& /*sent*/) -> std::optional<std::string> {
    for (const auto& document : documents) {
      if (document.key.id == type_name<OutboxRecord>()) {
        return record_left(from_json<OutboxRecord>(document.body));
      }
    }
    return std::nullopt;
  };
  return handler;
}

}  // namespace

TEST_CASE("names, amounts and old deliveries are nothing special", "[step1]") {
  auto handler = payments_handler();
  handler.silent_order.clear();  // what is left of its dead attempts is removed in step 2
  REQUIRE_RIGHT_IN(everyday_situations(handler));
}

TEST_CASE("nothing is left of a payment of which nobody is told", "[.exam]") {
  REQUIRE_RIGHT_IN(everyday_situations(payments_handler()));
}

TEST_CASE("thousands of payments, and errors of every kind, come out right", "[.exam]") {
  REQUIRE_RIGHT_IN(large_situations(payments_handler()));
}

TEST_CASE("whoever else is there and wherever they die, a payment counts once", "[.exam]") {
  REQUIRE_EACH_EXPLORED(explored_situations(payments_handler()));
}

TEST_CASE("the records of attempts that died go with their message, whatever it is called",
          "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    const SystemClock clock;
    InProcessBroker broker(clock);
    SqliteStore store;
    Order order;
    for (const auto& [id, transaction] : {std::pair{one, "tx-1"}, std::pair{other, "tx-2"}}) {
      order.registered[id] = {transaction};
      run_inline(store.put(EntityStore::key_of<OutboxRecord>(transaction),
                           to_json(OutboxRecord{transaction, id, {}}), Expected::absent()));
    }
    const auto key = EntityStore::key_of<Order>("order-1");
    run_inline(store.put(key, to_json(order), Expected::absent()));

    const BookPayment payment{"order-1", 1};
    HandlerContext context("payments",
                           Delivery{"payments", make_message(payment, MessageId{one}), {}, 2},
                           store, broker);
    run_inline(handle(payment, context));

    CHECK_FALSE(store.find(EntityStore::key_of<OutboxRecord>("tx-1")));
    CHECK(store.find(EntityStore::key_of<OutboxRecord>("tx-2")));
    const auto left = from_json<Order>(store.find(key)->body).registered;
    REQUIRE(left == std::map<std::string, std::vector<std::string>>{{other, {"tx-2"}}});
  }
}

TEST_CASE("a surprise that is one no more when it is booked is told of", "[.exam]") {
  const auto key = EntityStore::key_of<Order>("order-1");
  const BookPayment payment{"order-1", 1};
  for (int operation = 1;; ++operation) {
    CAPTURE(operation);
    const SystemClock clock;
    InProcessBroker broker(clock);
    broker.declare_queue("archive");
    broker.subscribe("PaymentBooked", "archive");
    SqliteStore store;
    run_inline(store.put(key, to_json(Order{.surprise = true}), Expected::absent()));
    bool booked = false;
    const auto ends_the_surprise = [&] {
      auto order = from_json<Order>(store.find(key)->body);
      booked = order.paid == payment.amount;
      order.surprise = false;
      run_inline(store.put(key, to_json(order), Expected::any()));
    };
    Trouble between(operation, {"no surprise any more", ends_the_surprise, /*times_max=*/1});
    TroubledStore troubled_store(store, between);
    TroubledBroker troubled_broker(broker, between);
    const auto deliver = [&](std::uint32_t count, Store& its_store, Broker& its_broker) {
      HandlerContext context(
          "payments", Delivery{"payments", make_message(payment, MessageId{"m1"}), {}, count},
          its_store, its_broker);
      run_inline(handle(payment, context));
    };
    try {
      deliver(1, troubled_store, troubled_broker);
    } catch (const Error&) {
      deliver(2, store, broker);
    }
    if (!between.met()) break;
    CHECK(from_json<Order>(store.find(key)->body).paid == payment.amount);
    REQUIRE(broker.messages("archive").empty() == booked);
  }
}
