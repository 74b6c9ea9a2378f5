// What `prove` looks at besides: a PUT whose answer was lost, and that is executed later.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

// The way to "payments". The first PUT has no answer; it is executed before the n-th request behind
// it, if the order has no answer then.
class SlowWay final : public HttpClient {
 public:
  SlowWay(Store& bank, SqliteStore& orders, int requests_before)
      : payments_(bank), orders_(&orders), requests_before_(requests_before) {}

  Task<HttpResponse> request(std::string, HttpRequest request, Deadline) override {
    if (request.method == HttpMethod::put && !late_ && !arrived_) {
      late_ = std::move(request);
      throw OutcomeUnknown("no answer");
    }
    if (late_ && --requests_before_ == 0 && order_has_no_answer()) {
      arrived_ = true;
      co_await serve(*std::exchange(late_, std::nullopt), payments_);
    }
    co_return co_await serve(std::move(request), payments_);
  }
  bool arrived() const noexcept { return arrived_; }

 private:
  bool order_has_no_answer() const {
    const auto document = orders_->find(EntityStore::key_of<Order>("order-1"));
    return document && from_json<Order>(document->body).answer.empty();
  }

  EntityStore payments_;
  SqliteStore* orders_;
  int requests_before_;
  std::optional<HttpRequest> late_;
  bool arrived_ = false;
};

// Delivers the payment of order-1 until its handler returns, and then its follow-up. Whether both
// were handled.
bool pays(SqliteStore& orders, HttpClient& http) {
  const SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  Endpoint endpoint("orders");
  endpoint.on<PayOrder>(&handle).on<FetchAnswer>(&handle);
  const auto handled = [&](const Message& message) {
    for (std::uint32_t count = 1; count <= 9; ++count) {
      HandlerContext context("orders", Delivery{"orders", message, {}, count}, orders, broker,
                             &http);
      try {
        run_inline(endpoint.handle(context));
        return true;
      } catch (const Error&) {
      }
    }
    return false;
  };
  if (!handled(make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"}))) return false;
  const auto follow_ups = broker.messages("orders");
  return !follow_ups.empty() && handled(*follow_ups.front().message);
}

}  // namespace

TEST_CASE("a PUT that is executed later leaves no request, as long as the order has no answer",
          "[.exam]") {
  int requests = 1;
  for (bool arrived = true; arrived; ++requests) {
    CAPTURE(requests);
    SqliteStore orders, bank;
    run_inline(bank.put(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance, {}}),
                        Expected::absent()));
    SlowWay way(bank, orders, requests);
    REQUIRE(pays(orders, way));
    arrived = way.arrived();
    const auto order = run_inline(EntityStore(orders).load<Order>("order-1")).value;
    CHECK(order.answer.starts_with("receipt"));
    CHECK(order.attempts.empty());
    REQUIRE(bank.documents().size() == 1);  // the account
    CHECK(run_inline(EntityStore(bank).load<Account>(kCard)).value.balance == kBalance - 10);
  }
  CHECK(requests > 2);
}
