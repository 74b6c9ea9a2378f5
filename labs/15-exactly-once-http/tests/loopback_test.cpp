#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <utility>

#include "exactly_once_http.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Calls "payments" at a real address, and loses the first answer to each method at each target:
/// the server has executed the request, and the caller does not know it. Each PUT has a target of
/// its own; of all PUTs only the first answer is lost.
class LossyClient final : public HttpClient {
 public:
  explicit LossyClient(std::string address) : address_(std::move(address)) {}

  Task<HttpResponse> request(std::string /*authority*/, HttpRequest request,
                             Deadline /*deadline*/) override {
    const auto method = request.method;
    const auto call = std::pair(method, method == HttpMethod::put ? "" : request.target);
    auto response = co_await http_.request(
        address_, std::move(request), std::chrono::steady_clock::now() + std::chrono::seconds(30));
    if (lost_.insert(call).second) throw OutcomeUnknown("the answer was lost");
    co_return response;
  }

  std::size_t lost_count() const noexcept { return lost_.size(); }

 private:
  std::string address_;
  BeastHttpClient http_;
  std::set<std::pair<HttpMethod, std::string>> lost_;
};

Task<HttpResponse> serve_from(EntityStore* store, HttpRequest request) {
  co_return co_await serve(std::move(request), *store);
}

}  // namespace

TEST_CASE("over real HTTP an order is paid once although answers are lost", "[step2]") {
  SqliteStore payments_database;
  EntityStore payments(payments_database);
  auto account = EntityStore::key_of<Account>("card-1");
  run_inline(payments_database.put(account, to_json(Account{100, {}}), Expected::absent()));
  BeastHttpServer server(
      [&payments](HttpRequest request) { return serve_from(&payments, std::move(request)); });

  SqliteStore orders_database;
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  Endpoint orders("orders");
  orders.on<PayOrder>(&handle).on<FetchAnswer>(&handle);
  LossyClient client(server.authority());

  run_inline(broker.send("orders", make_message(PayOrder{"order-1", "card-1", 1})));
  while (sync_wait(orders.receive_and_handle(orders_database, broker, &client))) {
  }

  CHECK(broker.messages(dead_letter_queue_of("orders")).empty());
  CHECK(client.lost_count() >= 4);
  CHECK(run_inline(payments.load<Account>("card-1")).value.balance == 99);
  CHECK(payments_database.documents().size() == 1);
  const auto order = run_inline(EntityStore(orders_database).load<Order>("order-1")).value;
  CHECK(order.answer.starts_with("receipt"));
  CHECK(order.attempts.empty());
}
