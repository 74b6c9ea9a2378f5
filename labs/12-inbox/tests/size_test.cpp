#include <catch2/catch_test_macros.hpp>
#include <string>

#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr int kPaymentsCount = 100;

/// The endpoint "payments" and what it runs on, without explorer and without faults.
class Shop {
 public:
  Shop() : store_({.profile = Profile::dynamodb()}), broker_(clock_), endpoint_("payments") {
    broker_.declare_queue("payments");
    endpoint_.on<BookPayment>(&handle);
    EntityStore entities(store_);
    // As many digits at the start as at the end: the sum itself makes no difference to the size.
    Entity<Order> order{EntityStore::key_of<Order>("order-1"), Order{.paid = 1000}, std::nullopt};
    run_inline(entities.save(order));
  }

  void pay_one_coin() {
    run_inline(broker_.send("payments", make_message(BookPayment{"order-1", 1})));
    run_inline(endpoint_.receive_and_handle(store_, broker_));
  }

  Order order() const { return from_json<Order>(document().body); }
  std::size_t order_bytes() const { return document().body.size(); }

 private:
  Document document() const { return *store_.find(EntityStore::key_of<Order>("order-1")); }

  SimulatedClock clock_;
  SqliteStore store_;
  InProcessBroker broker_;
  Endpoint endpoint_;
};

}  // namespace

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
