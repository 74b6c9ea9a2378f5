#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// The endpoint "payments", and an archive of what it tells; without explorer and without faults.
class Shop {
 public:
  Shop() : store_({.profile = Profile::dynamodb()}), broker_(clock_), endpoint_("payments") {
    broker_.declare_queue("payments");
    broker_.declare_queue("archive");
    broker_.subscribe("PaymentBooked", "archive");
    endpoint_.on<BookPayment>(&handle);
    EntityStore entities(store_);
    Entity<Order> order{EntityStore::key_of<Order>("order-1"), {}, std::nullopt};
    run_inline(entities.save(order));
  }

  void pay(const std::string& id, int amount) {
    auto payment = make_message(BookPayment{"order-1", amount}, {id});
    payment.headers.emplace(header::kCorrelationId, "cart-1");
    run_inline(broker_.send("payments", std::move(payment)));
    run_inline(endpoint_.receive_and_handle(store_, broker_));
  }

  /// What those hear who wait for PaymentBooked: what it says, and of which conversation.
  std::vector<std::string> events() const {
    std::vector<std::string> events;
    for (const auto& event : broker_.messages("archive")) {
      events.push_back(event.message->body + ", caused by " +
                       std::string(event.message->header(header::kCausationId)) + " in " +
                       std::string(event.message->header(header::kCorrelationId)));
    }
    return events;
  }
  /// The ids under which they hear it.
  std::set<std::string> event_ids() const {
    std::set<std::string> ids;
    for (const auto& event : broker_.messages("archive")) ids.insert(event.message->id.value);
    return ids;
  }

 private:
  SimulatedClock clock_;
  SqliteStore store_;
  InProcessBroker broker_;
  Endpoint endpoint_;
};

}  // namespace

TEST_CASE("an event says what was paid and by which message, under an id of its own",
          "[step1][given]") {
  Shop shop;
  shop.pay("payment-30", 30);
  shop.pay("payment-5", 5);

  const std::vector<std::string> events = {
      R"({"order_id":"order-1","amount":30}, caused by payment-30 in cart-1)",
      R"({"order_id":"order-1","amount":5}, caused by payment-5 in cart-1)"};
  REQUIRE(shop.events() == events);
  const auto ids = shop.event_ids();
  INFO("an event is another message than its payment: two ids in all, neither of them a payment's");
  REQUIRE(ids.size() == 2);
  REQUIRE_FALSE(ids.contains("payment-30"));
  REQUIRE_FALSE(ids.contains("payment-5"));
}
