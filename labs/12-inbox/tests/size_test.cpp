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

constexpr int kPaymentsCount = 100;

/// The endpoint "payments" with its store and broker, without explorer and without faults.
class Shop {
 public:
  Shop() : store_({.profile = Profile::dynamodb()}), broker_(clock_), endpoint_("payments") {
    broker_.declare_queue("payments");
    endpoint_.on<BookPayment>(&handle);
    EntityStore entities(store_);
    // The sum has as many digits at the start as at the end, so it does not change the size.
    Entity<Order> order{EntityStore::key_of<Order>("order-1"), Order{.paid = 1000}, std::nullopt};
    run_inline(entities.save(order));
  }

  void pay_one_coin() { pay(make_message(BookPayment{"order-1", 1})); }
  void pay(const Message& payment) {
    run_inline(broker_.send("payments", payment));
    run_inline(endpoint_.receive_and_handle(store_, broker_));
  }

  /// The events that subscribers of PaymentBooked receive.
  const Archive& archive() const noexcept { return archive_; }

  Order order() const { return from_json<Order>(document().body); }
  std::size_t order_bytes() const { return document().body.size(); }

 private:
  Document document() const { return *store_.find(EntityStore::key_of<Order>("order-1")); }

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
  for (const int amount : {30, 5}) {
    auto payment =
        make_message(BookPayment{"order-1", amount}, {"payment-" + std::to_string(amount)});
    payment.headers.emplace(header::kCorrelationId, "cart-1");
    shop.pay(payment);
  }

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

TEST_CASE("an order is as small after a hundred payments as before the first", "[step1]") {
  Shop shop;
  const auto bytes_before = shop.order_bytes();
  for (int i = 0; i < kPaymentsCount; ++i) shop.pay_one_coin();
  const auto bytes_after = shop.order_bytes();

  REQUIRE(shop.order().paid == 1000 + kPaymentsCount);
  INFO("bytes of order-1: " << bytes_before << " before, " << bytes_after << " after "
                            << kPaymentsCount << " payments; its document may have "
                            << Profile::dynamodb().document_bytes_max);
  REQUIRE(bytes_after == bytes_before);
}
