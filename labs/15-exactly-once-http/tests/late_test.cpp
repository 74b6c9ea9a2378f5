// What `prove` looks at besides: a PUT whose answer was lost, and that is executed later; one that
// no order names; and an account that cannot be cleared.
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/forwarding_store.hpp"

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
bool pays(Store& orders, HttpClient& http) {
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

// The way to "payments", which counts the PUTs to targets that the order does not name.
class NamedWay final : public HttpClient {
 public:
  NamedWay(Store& bank, Store& orders) : payments_(bank), orders_(orders) {}

  Task<HttpResponse> request(std::string, HttpRequest request, Deadline) override {
    if (request.method == HttpMethod::put) {
      const auto order = co_await orders_.load<Order>("order-1");
      if (!order.value.attempts.contains(request.target)) ++unnamed_;
    }
    co_return co_await serve(std::move(request), payments_);
  }
  int unnamed() const noexcept { return unnamed_; }

 private:
  EntityStore payments_;
  EntityStore orders_;
  int unnamed_ = 0;
};

// A store before whose first save something happens.
class OvertakenStore final : public testing::ForwardingStore {
 public:
  OvertakenStore(Store& store, std::function<void()> before)
      : ForwardingStore(store), before_(std::move(before)) {}

  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (before_) std::exchange(before_, {})();
    return store().put(std::move(key), std::move(body), std::move(expected));
  }

 private:
  std::function<void()> before_;
};

// A store whose n-th operation on the account fails, and is not done; or each from there on. Behind
// the first one, something happens.
class FailingAccount final : public testing::ForwardingStore {
 public:
  FailingAccount(Store& store, int number, bool unknown, bool lasting,
                 std::function<void()> meanwhile)
      : ForwardingStore(store),
        left_(number),
        unknown_(unknown),
        lasting_(lasting),
        meanwhile_(std::move(meanwhile)) {}

  Task<std::optional<Document>> get(Key key) override {
    const bool of_account = fails(key);
    auto document = co_await store().get(std::move(key));
    if (of_account && meanwhile_) std::exchange(meanwhile_, {})();
    co_return document;
  }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    fails(key);
    return store().put(std::move(key), std::move(body), std::move(expected));
  }
  bool failed() const noexcept { return left_ <= 0; }

 private:
  bool fails(const Key& key) {
    if (key.id != type_name<Account>()) return false;
    if (--left_ > 0 || (left_ < 0 && !lasting_)) return true;
    if (unknown_) throw OutcomeUnknown("no answer");
    throw Unavailable("no connection");
  }

  int left_;
  bool unknown_;
  bool lasting_;
  std::function<void()> meanwhile_;
};

// A store that loads no request.
class NoRequests final : public testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Task<std::optional<Document>> get(Key key) override {
    if (key.id == type_name<Request>()) throw Unavailable("no connection");
    return store().get(std::move(key));
  }
};

// One call while an operation of the service is in trouble; nothing when it gets no answer.
std::optional<HttpResponse> answer_in_trouble(SqliteStore& bank, HttpRequest request,
                                              Trouble& trouble) {
  TroubledStore troubled(bank, trouble);
  EntityStore store(troubled);
  try {
    auto response = run_inline(serve(std::move(request), store));
    if (response.status < 500) return response;
  } catch (const NeverEnds&) {
    throw;
  } catch (...) {  // the caller gets a 500
  }
  return std::nullopt;
}

// A service with a request at this target, and another one's charge that is not finished yet.
void has_requests(SqliteStore& bank, HttpMethod method, const std::string& target,
                  const std::string& body) {
  const auto has = [&bank](const Key& key, const std::string& document) {
    run_inline(bank.put(key, document, Expected::absent()));
  };
  const std::string other = "/card-1/m2";
  has(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance - 7, {other, "receipt 7"}}));
  has(EntityStore::key_of<Request>(other), to_json(Request{to_json(Charge{7, "r"}), ""}));
  if (method == HttpMethod::put) return;
  const bool executed = method != HttpMethod::post;
  has(EntityStore::key_of<Request>(target), to_json(Request{body, executed ? "receipt 10" : ""}));
}

// What is wrong with a call, one operation of which is in this trouble, and with what is there
// after it was made once more; "": nothing.
std::string wrong_in_trouble(HttpMethod method, int status, Trouble& trouble) {
  SqliteStore bank;
  EntityStore store(bank);
  const std::string target = "/card-1/m1";
  const auto body = to_json(Charge{10, "r"});
  const auto call = [&](HttpMethod its, const std::string& where) {
    return run_inline(
        serve(HttpRequest{its, where, its == HttpMethod::put ? body : "", {}}, store));
  };
  has_requests(bank, method, target, body);
  const HttpRequest request{method, target, method == HttpMethod::put ? body : "", {}};
  const auto answer = answer_in_trouble(bank, request, trouble);
  if (answer && answer->status != status) return "answered " + std::to_string(answer->status);
  const auto again = call(method, target);
  const bool stored = method == HttpMethod::put && (answer || again.status == 200);
  if (again.status != (stored ? 200 : status)) return "again " + std::to_string(again.status);
  if (answer && again.body != answer->body) return "answered " + answer->body + ", " + again.body;
  if (method == HttpMethod::delete_)
    return call(HttpMethod::get, target).status == 404 ? "" : "left";

  const auto executed = call(HttpMethod::post, target).body;
  if (method != HttpMethod::put && executed != again.body) return "then it was " + executed;
  if (call(HttpMethod::get, target).body != executed) return "GET has another answer";
  if (call(HttpMethod::post, "/card-1/m2").body != "receipt 7") return "the other one's is lost";
  const auto account = run_inline(store.load<Account>(kCard)).value;
  const int debited = method == HttpMethod::get ? 7 : 17;  // its charge was executed before
  if (account.balance != kBalance - debited)
    return "a balance of " + std::to_string(account.balance);
  return account.unfinished.target.empty() ? "" : "an unfinished charge";
}

}  // namespace

TEST_CASE("what cannot be looked for is not said to be missing", "[.exam]") {
  SqliteStore file;
  const std::string target = "/card-1/m1";
  run_inline(file.put(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance - 1, {}}),
                      Expected::absent()));
  run_inline(file.put(EntityStore::key_of<Request>(target),
                      to_json(Request{to_json(Charge{1, target}), "receipt 1"}),
                      Expected::absent()));
  NoRequests deaf(file);
  EntityStore store(deaf);
  for (const auto method : {HttpMethod::get, HttpMethod::post, HttpMethod::delete_}) {
    CHECK_THROWS_AS(run_inline(serve(HttpRequest{method, target, "", {}}, store)), Error);
  }
}

TEST_CASE("whoever has not noted its target sends no PUT", "[.exam]") {
  SqliteStore orders, bank;
  run_inline(bank.put(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance, {}}),
                      Expected::absent()));
  OvertakenStore overtaken(orders, [&] {  // an attempt that dies behind it
    run_inline(orders.put(EntityStore::key_of<Order>("order-1"),
                          to_json(Order{"", {"/card-1/dead"}, "", {}}), Expected::absent()));
  });
  NamedWay way(bank, orders);

  REQUIRE(pays(overtaken, way));
  CHECK(way.unnamed() == 0);
  CHECK(bank.documents().size() == 1);  // the account
}

TEST_CASE("whoever gets the answer has cleared the account, whatever it says meanwhile",
          "[.exam]") {
  const std::string target = "/card-1/m1";
  const auto body = to_json(Charge{1, target});
  for (const auto& [unknown, lasting] : {std::pair{false, false}, {true, false}, {false, true}}) {
    bool failed = true;
    for (int number = 1; failed; ++number) {
      CAPTURE(unknown, lasting, number);
      SqliteStore file;
      const auto has = [&](const Account& account, const std::string& answer) {
        run_inline(
            file.put(EntityStore::key_of<Account>(kCard), to_json(account), Expected::any()));
        run_inline(file.put(EntityStore::key_of<Request>(target), to_json(Request{body, answer}),
                            Expected::any()));
      };
      has({kBalance, {}}, "");
      // Another POST executes it after this one has loaded the account, and dies before it forgets.
      FailingAccount failing(file, number, unknown, lasting,
                             [&] { has({kBalance - 1, {target, "receipt 1"}}, "receipt 1"); });
      EntityStore store(failing);
      bool answered = false;
      try {
        answered =
            run_inline(serve(HttpRequest{HttpMethod::post, target, "", {}}, store)).status == 200;
      } catch (const Error&) {
      }
      failed = failing.failed();
      const auto account = run_inline(EntityStore(file).load<Account>(kCard)).value;
      if (answered) CHECK(account.unfinished.target.empty());
      REQUIRE((answered || failed));
    }
  }
}

// Before operation `operation` of a POST of 10 coins somebody else pays in, or out, so much; then
// the operation is not done, and nobody says so, if its answer is lost. Whether it came so far.
bool another_changes_the_account(int balance, int change, bool lost, int operation) {
  SqliteStore file;
  EntityStore store(file);
  run_inline(file.put(EntityStore::key_of<Request>("/card-1/m1"),
                      to_json(Request{to_json(Charge{10, "r"}), ""}), Expected::absent()));
  if (balance > 0) {
    run_inline(file.put(EntityStore::key_of<Account>(kCard), to_json(Account{balance, {}}),
                        Expected::absent()));
  }
  const auto changes = [&] {
    auto account = run_inline(store.load<Account>(kCard));
    account.value.balance += change;
    run_inline(store.save(account));
    if (lost) throw OutcomeUnknown("in trouble");
  };
  Trouble meanwhile(operation, once({"another one", changes}));
  TroubledStore shared(file, meanwhile);
  EntityStore payments(shared);
  std::string answer;
  for (int time = 1; time <= 3 && answer.empty(); ++time) {
    try {
      answer =
          run_inline(serve(HttpRequest{HttpMethod::post, "/card-1/m1", "", {}}, payments)).body;
    } catch (const Error&) {  // a 500: it is called again
    }
  }
  CHECK_FALSE(answer.empty());
  const int debited = answer.starts_with("receipt") ? 10 : 0;
  REQUIRE(run_inline(store.load<Account>(kCard)).value.balance ==
          balance + (meanwhile.met() ? change : 0) - debited);
  return meanwhile.met();
}

TEST_CASE("what others pay in or out while a POST is under way stays, also into a new account",
          "[.exam]") {
  for (const int balance : {20, 0}) {
    for (const int change : {100, -10}) {
      for (const bool lost : {false, true}) {
        CAPTURE(balance, change, lost);
        for (int operation = 1; another_changes_the_account(balance, change, lost, operation);) {
          ++operation;
        }
      }
    }
  }
}

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

TEST_CASE(
    "whatever an operation of the service says, a call that comes again finds it undone or done",
    "[.exam]") {
  auto kinds = every_error();
  for (const auto& kind : every_error()) kinds.push_back(once(kind));
  for (const auto& kind : kinds) {
    for (const auto& [method, status] : {std::pair(HttpMethod::put, 201),
                                         {HttpMethod::post, 200},
                                         {HttpMethod::get, 200},
                                         {HttpMethod::delete_, 204}}) {
      bool met = true;
      for (int operation = 1; met; ++operation) {
        CAPTURE(kind.name, kind.times_max, std::string(name_of(method)), operation);
        Trouble trouble(operation, kind);
        REQUIRE(wrong_in_trouble(method, status, trouble) == "");
        met = trouble.met();
      }
    }
  }
}
