#include "workshop/shop/situations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

std::optional<std::string> left_in(const Order& order) {
  std::string left;
  const auto note = [&left](bool there, const char* what) {
    if (there) left += (left.empty() ? "" : ", ") + std::string(what);
  };
  note(!order.attempts.empty(), "attempts");
  note(!order.target.empty(), "a target");
  note(!order.follow_up.empty(), "a follow-up");
  if (left.empty()) return std::nullopt;
  return "the order still has " + left + (order.answer.empty() ? ", and no answer" : "");
}

std::optional<std::string> left_in_payments(const Request& request) {
  return "payments still holds a request: " + request.body;
}

std::optional<Violation> order_has_no_receipt(const StoreView& shop) {
  const auto order = shop.entity<Order>("order-1");
  if (order && order->answer.starts_with("receipt")) return std::nullopt;
  return Violation{"lost effect", "order-1 has the receipt of its charge",
                   "its answer is \"" + (order ? order->answer : "") + "\""};
}

GiftShop orders() {
  return shop_with_payments(1)
      .handles<PayOrder>(&handle)
      .handles<FetchAnswer>(&handle)
      .with("order-1", Order{})
      .commits_by_saving<Order>()
      .leftover<Order>(left_in)
      .leftover<Request>(left_in_payments)
      .at_rest(order_has_no_receipt);
}

// One caller's calls, one after the other.
class Caller {
 public:
  Caller() : payments_(store_) {
    run_inline(store_.put(EntityStore::key_of<Account>(kCard), to_json(Account{kBalance, {}}),
                          Expected::absent()));
  }
  HttpResponse call(HttpMethod method, const std::string& target, const std::string& body = "") {
    return run_inline(serve(HttpRequest{method, target, body, {}}, payments_));
  }
  int put(const std::string& target, const Charge& charge) {
    return call(HttpMethod::put, target, to_json(charge)).status;
  }
  int balance() { return run_inline(payments_.load<Account>(kCard)).value.balance; }

 private:
  SqliteStore store_;
  EntityStore payments_;
};

// A store that refuses to save requests.
class RefusingStore final : public Store {
 public:
  explicit RefusingStore(SqliteStore& store) : store_(&store) {}

  Task<std::optional<Document>> get(Key key) override { return store_->get(std::move(key)); }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (key.id == type_name<Request>()) throw Unavailable("no connection");
    return store_->put(std::move(key), std::move(body), std::move(expected));
  }
  Task<void> erase(Key key, Expected expected) override {
    return store_->erase(std::move(key), std::move(expected));
  }
  Task<std::vector<Version>> batch(std::string partition,
                                   std::vector<StoreOperation> operations) override {
    return store_->batch(std::move(partition), std::move(operations));
  }
  const Profile& profile() const noexcept override { return store_->profile(); }

 private:
  SqliteStore* store_;
};

}  // namespace

TEST_CASE("another body at a target is refused, before it is executed and after",
          "[step1][given]") {
  Caller caller;
  const std::string target = "/card-1/m1";
  const Charge charge{10, "r"};
  CHECK(caller.put(target, charge) == 201);
  for (const bool executed : {false, true}) {
    CAPTURE(executed);
    if (executed) CHECK(caller.call(HttpMethod::post, target).status == 200);
    CHECK(caller.put(target, charge) == 200);
    CHECK(caller.put(target, {10, "s"}) == 409);
    CHECK(caller.put(target, {10, "R"}) == 409);
    CHECK(caller.put(target, {1, "r"}) == 409);
    CHECK(caller.put(target, charge) == 200);
  }
  CHECK(caller.balance() == kBalance - 10);
}

TEST_CASE("targets that look alike are charges of their own", "[step1]") {
  for (const auto& [one, other] : hard_names()) {
    if (one.find('/') != std::string::npos || other.find('/') != std::string::npos) continue;
    Caller caller;
    CAPTURE(one, other);
    CHECK(caller.put("/card-1/" + one, {1, "r"}) == 201);
    CHECK(caller.put("/card-1/" + other, {10, "r"}) == 201);
    const auto answer = caller.call(HttpMethod::post, "/card-1/" + one).body;
    CHECK(caller.call(HttpMethod::post, "/card-1/" + other).body != answer);
    CHECK(caller.call(HttpMethod::post, "/card-1/" + one).body == answer);
    REQUIRE(caller.balance() == kBalance - 11);
  }
}

TEST_CASE("no error of the handlers is swallowed, however long it lasts", "[step2]") {
  auto scenario = orders()
                      .deliver(PayOrder{"order-1", kCard, 1})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("a conflict does not mean that a living handler has it in hand", "[.exam]") {
  auto scenario = orders()
                      .deliver(PayOrder{"order-1", kCard, 1}, to_handlers(2))
                      .with_faults({Fault::lease_expiry, Fault::crash})
                      .up_to(2, 2);
  scenario.scenario().bounds.time_max = std::chrono::minutes{2};

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect));
}

TEST_CASE("whoever cannot finish another one's charge does not forget it", "[.exam]") {
  SqliteStore file;
  EntityStore store(file);
  const std::string mine = "/card-1/m1", other = "/card-1/m2";
  for (const auto& target : {mine, other}) {
    run_inline(file.put(EntityStore::key_of<Request>(target),
                        to_json(Request{to_json(Charge{1, target}), ""}), Expected::absent()));
  }
  run_inline(file.put(EntityStore::key_of<Account>(kCard),
                      to_json(Account{kBalance - 1, {other, "receipt 1"}}), Expected::absent()));
  RefusingStore refusing(file);
  EntityStore deaf(refusing);

  CHECK_THROWS_AS(run_inline(serve(HttpRequest{HttpMethod::post, mine, "", {}}, deaf)), Error);
  const auto account = run_inline(store.load<Account>(kCard)).value;
  CHECK(account.unfinished.target == other);
  CHECK(account.balance == kBalance - 1);
  CHECK(run_inline(serve(HttpRequest{HttpMethod::post, other, "", {}}, store)).body == "receipt 1");
  CHECK(run_inline(store.load<Account>(kCard)).value.balance == kBalance - 1);
}

TEST_CASE("bodies that look alike are different ones", "[.exam]") {
  const std::string target = "/card-1/m1";
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    Caller caller;
    CHECK(caller.put(target, {10, one}) == 201);
    CHECK(caller.put(target, {10, other}) == 409);
    CHECK(caller.call(HttpMethod::post, target).status == 200);
    CHECK(caller.put(target, {10, other}) == 409);
    REQUIRE(caller.put(target, {10, one}) == 200);
  }
}
