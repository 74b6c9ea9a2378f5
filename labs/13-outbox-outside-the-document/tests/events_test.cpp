#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/archive.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// The endpoint "payments", and an archive of its events; without explorer and without faults.
class Shop {
 public:
  Shop() : store_({.profile = Profile::dynamodb()}), broker_(clock_), endpoint_("payments") {
    broker_.declare_queue("payments");
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

  /// The events that subscribers of PaymentBooked receive.
  const Archive& archive() const noexcept { return archive_; }

 private:
  SimulatedClock clock_;
  SqliteStore store_;
  InProcessBroker broker_;
  Archive archive_{broker_, {"PaymentBooked"}};
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
  REQUIRE(shop.archive().told() == events);
  const auto ids = shop.archive().ids();
  INFO("an event is another message than its payment: two ids in all, neither of them a payment's");
  REQUIRE(ids.size() == 2);
  REQUIRE_FALSE(ids.contains("payment-30"));
  REQUIRE_FALSE(ids.contains("payment-5"));
}
