#include <catch2/catch_test_macros.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exactly_once_http.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

/// Passes each call to "payments", and records requests and answers.
class RecordingClient final : public HttpClient {
 public:
  struct Call {
    HttpRequest request;
    HttpResponse response;
  };

  explicit RecordingClient(EntityStore& store) : store_(store) {}

  Task<HttpResponse> request(std::string /*authority*/, HttpRequest request,
                             Deadline /*deadline*/) override {
    auto response = co_await serve(request, store_);
    calls_.push_back({std::move(request), response});
    if (std::exchange(lose_next_answer_, false)) throw OutcomeUnknown("the answer was lost");
    co_return response;
  }

  void lose_next_answer() noexcept { lose_next_answer_ = true; }
  std::vector<Call> calls(HttpMethod method) const {
    std::vector<Call> calls;
    for (const auto& call : calls_) {
      if (call.request.method == method) calls.push_back(call);
    }
    return calls;
  }
  std::size_t calls_count() const noexcept { return calls_.size(); }

 private:
  EntityStore& store_;
  std::vector<Call> calls_;
  bool lose_next_answer_ = false;
};

/// Both sides without explorer, network and faults, so that their requests and answers can be read.
class Shop {
 public:
  Shop() : broker_(clock_), endpoint_("orders"), client_(payments_) {
    broker_.declare_queue("orders");
    endpoint_.on<PayOrder>(&handle).on<FetchAnswer>(&handle);
  }

  void set_balance(const std::string& card, int balance) {
    auto account = run_inline(payments_.load<Account>(card));
    account.value.balance = balance;
    run_inline(payments_.save(account));
  }
  int balance(const std::string& card) {
    return run_inline(payments_.load<Account>(card)).value.balance;
  }
  void send(const PayOrder& command, const std::string& id) {
    auto message = make_message(command, {id});
    message.headers.emplace(header::kCorrelationId, "cart-1");
    run_inline(broker_.send("orders", std::move(message)));
  }
  void handle_one() {
    run_inline(endpoint_.receive_and_handle(orders_database_, broker_, &client_));
  }
  void handle_all() {
    while (run_inline(endpoint_.receive_and_handle(orders_database_, broker_, &client_))) {
    }
  }

  std::string answer_of(const std::string& order_id) {
    return run_inline(EntityStore(orders_database_).load<Order>(order_id)).value.answer;
  }
  /// The number of documents of "payments" besides its accounts.
  std::size_t requests_count(std::size_t cards_count) const {
    return payments_database_.documents().size() - cards_count;
  }
  std::vector<InProcessBroker::MessageView> waiting() const { return broker_.messages("orders"); }
  std::size_t dead_letters_count() const {
    return broker_.messages(dead_letter_queue_of("orders")).size();
  }
  RecordingClient& client() noexcept { return client_; }

 private:
  SimulatedClock clock_;
  SqliteStore payments_database_;
  EntityStore payments_{payments_database_};
  SqliteStore orders_database_;
  InProcessBroker broker_;
  Endpoint endpoint_;
  RecordingClient client_;
};

}  // namespace

TEST_CASE("each order is paid as it was asked for and keeps the answer to its own charge",
          "[step2]") {
  Shop shop;
  shop.set_balance("card-1", 100);
  shop.set_balance("card-2", 100);
  shop.send({"order-1", "card-1", 30}, "m1");
  shop.send({"order-2", "card-2", 5}, "m2");
  shop.send({"order-3", "card-2", 5}, "m3");
  shop.handle_all();

  CHECK(shop.balance("card-1") == 70);
  CHECK(shop.balance("card-2") == 90);
  CHECK(shop.requests_count(2) == 0);
  std::set<std::string> answered;  // a POST may be repeated
  for (const auto& call : shop.client().calls(HttpMethod::post)) {
    answered.insert(call.response.body);
  }
  CHECK(answered == std::set<std::string>{shop.answer_of("order-1"), shop.answer_of("order-2"),
                                          shop.answer_of("order-3")});
  for (const auto& call : shop.client().calls(HttpMethod::put)) {
    const auto amount = from_json<Charge>(call.request.body).amount;
    CHECK(amount == (card_of(call.request.target) == "card-1" ? 30 : 5));
  }
}

TEST_CASE("each attempt sends one PUT with a target and a reference of its own", "[step2]") {
  Shop shop;
  shop.set_balance("card-1", 100);
  shop.send({"order-1", "card-1", 1}, "m1");
  shop.client().lose_next_answer();  // the first call of an attempt is its PUT
  shop.handle_all();

  std::multiset<std::string> targets;
  std::set<std::string> references;
  for (const auto& call : shop.client().calls(HttpMethod::put)) {
    targets.insert(call.request.target);
    references.insert(from_json<Charge>(call.request.body).reference);
  }
  INFO("a PUT whose answer was lost may still come, and make a request that was used fresh again");
  CHECK(targets.size() == 2);
  CHECK(std::set<std::string>(targets.begin(), targets.end()).size() == targets.size());
  CHECK(references.size() == targets.size());
  CHECK(shop.balance("card-1") == 99);
  CHECK(shop.requests_count(1) == 0);
}

TEST_CASE("a follow-up is a message of its own, caused by the payment", "[step2]") {
  Shop shop;
  shop.set_balance("card-1", 100);
  shop.send({"order-1", "card-1", 1}, "m1");
  shop.handle_one();

  const auto waiting = shop.waiting();
  REQUIRE(waiting.size() == 1);
  const auto& follow_up = *waiting.front().message;
  CHECK(follow_up.type == "FetchAnswer");
  CHECK(follow_up.body == R"({"order_id":"order-1"})");
  CHECK(follow_up.id.value != "m1");
  CHECK(follow_up.header(header::kCausationId) == "m1");
  CHECK(follow_up.header(header::kCorrelationId) == "cart-1");
}

TEST_CASE("each payment's follow-up has an id of its own", "[step2]") {
  Shop shop;
  shop.set_balance("card-1", 100);
  shop.set_balance("card-2", 100);
  shop.send({"order-1", "card-1", 1}, "m1");
  shop.send({"order-2", "card-1", 1}, "m2");
  shop.send({"order-3", "card-2", 1}, "m3");
  for (int payment = 1; payment <= 3; ++payment) shop.handle_one();

  std::set<std::string> ids;
  for (const auto& follow_up : shop.waiting()) ids.insert(follow_up.message->id.value);
  INFO("whoever recognises a message by its id takes two with one id for one");
  CHECK(ids.size() == 3);
}

TEST_CASE("an order that was declined says so and is not paid later", "[step2]") {
  Shop shop;
  shop.set_balance("card-1", 10);
  shop.send({"order-1", "card-1", 30}, "m1");
  shop.handle_all();
  CHECK(shop.answer_of("order-1") == "declined");
  CHECK(shop.requests_count(1) == 0);
  CHECK(shop.dead_letters_count() == 0);

  const auto calls_count = shop.client().calls_count();
  shop.set_balance("card-1", 1'000);
  shop.send({"order-1", "card-1", 30}, "m1");
  shop.handle_all();
  CHECK(shop.answer_of("order-1") == "declined");
  CHECK(shop.balance("card-1") == 1'000);
  CHECK(shop.client().calls_count() == calls_count);
}

TEST_CASE("any amount is paid with a card that has it", "[.exam]") {
  for (const int amount : hard_amounts()) {
    CAPTURE(amount);
    Shop shop;
    shop.set_balance("card-1", amount);
    shop.send({"order-1", "card-1", amount}, "m1");
    shop.handle_all();
    CHECK(shop.answer_of("order-1").starts_with("receipt"));
    REQUIRE(shop.balance("card-1") == 0);
  }
}

TEST_CASE("cards and orders whose names look alike are different ones", "[.exam]") {
  const std::string not_in_targets("/\0", 2);
  for (const auto& [one, other] : hard_names()) {
    const bool are_cards = (one + other).find_first_of(not_in_targets) == std::string::npos;
    const auto first_card = are_cards ? one : "card-1";
    const auto second_card = are_cards ? other : "card-2";
    CAPTURE(one, other);
    Shop shop;
    shop.set_balance(first_card, 100);
    shop.set_balance(second_card, 1'000);
    shop.send({one, first_card, 30}, "m1");
    shop.send({other, second_card, 5}, "m2");
    shop.handle_all();

    CHECK(shop.balance(first_card) == 70);
    CHECK(shop.balance(second_card) == 995);
    CHECK(shop.answer_of(one).starts_with("receipt"));
    CHECK(shop.answer_of(other).starts_with("receipt"));
    CHECK(shop.answer_of(one) != shop.answer_of(other));
    REQUIRE(shop.requests_count(2) == 0);
  }
}
