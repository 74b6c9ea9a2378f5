#include "workshop/shop/situations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <functional>
#include <string_view>
#include <tuple>
#include <utility>

#include "checkout.hpp"
#include "payments_client.hpp"
#include "payments_shop.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"
#include "workshop/testing/forwarding_store.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

GiftShop one_order() {
  return shop_with_payments(1)
      .handles<PayOrder>(&handle)
      .handles<FetchAnswer>(&handle)
      .with("order-1", Order{})
      .commits_by_saving<Order>()
      .leftover<Order>(all_left_in)
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

// A store that refuses to save one type. Something may happen when a request is first looked for.
class RefusingStore final : public testing::ForwardingStore {
 public:
  RefusingStore(Store& store, std::string_view refused, std::function<void()> meanwhile = {})
      : ForwardingStore(store), refused_(refused), meanwhile_(std::move(meanwhile)) {}

  Task<std::optional<Document>> get(Key key) override {
    if (key.id == type_name<Request>() && meanwhile_) std::exchange(meanwhile_, {})();
    return store().get(std::move(key));
  }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (key.id == refused_) throw Unavailable("no connection");
    return store().put(std::move(key), std::move(body), std::move(expected));
  }

 private:
  std::string refused_;
  std::function<void()> meanwhile_;
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
  auto scenario = one_order()
                      .deliver(PayOrder{"order-1", kCard, 1})
                      .with_faults({Fault::outage, Fault::busy})
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

// Pays an order while an operation of the payment, or of its follow-up, is in this trouble; each is
// delivered for the n-th time. Whether there was such an operation.
bool pays_in_trouble(Trouble trouble, bool at_the_answer, int balance, std::uint32_t count) {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  Checkout checkout(balance);
  CAPTURE(at_the_answer, balance, count);
  if (!checkout.takes(pays, count, at_the_answer ? nullptr : &trouble)) {
    REQUIRE(checkout.takes(pays, count + 1));
  }
  for (const auto& follow_up : checkout.follow_ups()) {
    if (checkout.takes(follow_up, count, at_the_answer ? &trouble : nullptr)) continue;
    REQUIRE(checkout.takes(follow_up, count + 1));
  }
  CAPTURE(trouble.failing());
  REQUIRE(checkout.wrong() == "");
  checkout.takes_all_again(pays);
  REQUIRE(checkout.wrong() == "");
  return trouble.met();
}

TEST_CASE("whatever an operation of the caller says, the order is paid once, at any delivery",
          "[.exam]") {
  std::vector<ErrorKind> kinds = every_error();
  for (const auto& kind : every_error()) kinds.push_back(once(kind));
  for (const auto& kind : kinds) {
    bool met = true;
    for (int operation = 1; met; ++operation) {
      met = false;
      CAPTURE(kind.name, kind.times_max, operation);
      for (const auto& [at_the_answer, balance, count] :
           {std::tuple(false, kBalance, 1U), std::tuple(true, kBalance, 1U),
            std::tuple(false, 9, 1U), std::tuple(false, kBalance, 100U),
            std::tuple(true, kBalance, 100U)}) {
        if (pays_in_trouble(Trouble(operation, kind), at_the_answer, balance, count)) met = true;
      }
    }
  }
}

// What the one that died has left must not be taken for nothing.
TEST_CASE("whatever an operation says when an attempt has died, the order is paid once",
          "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  for (const auto& kind : every_error()) {
    bool dead = true;
    for (int died = 2; dead; ++died) {
      bool met = true;
      for (int operation = 1; met; ++operation) {
        CAPTURE(kind.name, died, operation);
        Checkout checkout(kBalance);
        auto death = Trouble::death(died);
        Trouble trouble(operation, once(kind));
        checkout.takes(pays, 1, &death);
        if (!checkout.takes(pays, 2, &trouble)) CHECK(checkout.takes(pays, 3));
        for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
        REQUIRE(checkout.wrong() == "");
        dead = death.met();
        met = dead && trouble.met();
      }
    }
  }
}

// What somebody in this process has in hand is not done: that one dies.
TEST_CASE("an attempt does not rely on another one that is under way", "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  bool met = true;
  for (int operation = 1; met; ++operation) {
    CAPTURE(operation);
    Checkout checkout(kBalance);
    bool handled = false;
    Trouble another(operation,
                    once({"another attempt", [&] { handled = checkout.takes(pays, 2); }}));
    auto death = Trouble::death(operation);
    death.comes_after(another);
    checkout.takes(pays, 1, &death);
    met = death.met();
    if (!handled) CHECK(checkout.takes(pays, 3));
    for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
    REQUIRE(checkout.wrong() == "");
  }
}

// When somebody else has saved, the operation may be done, or it is not, and nobody says so.
TEST_CASE("an attempt that has noted its target commits in the end, however often others save",
          "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  for (const auto& [delivery, lost] : {std::pair(1U, 0), {2U, 0}, {1U, 1}, {1U, 2}, {100U, 1}}) {
    bool met = true;
    for (int operation = 1; met; ++operation) {
      CAPTURE(delivery, lost, operation);
      Checkout checkout(kBalance);
      bool noted = false;
      const auto saves = [&] {
        noted = checkout.somebody_saves() || noted;
        if (lost > 0) throw OutcomeUnknown("in trouble");
      };
      Trouble others(operation, {"another save", saves, lost > 0 ? lost : 300});
      const bool handled = checkout.takes(pays, delivery, &others);
      met = others.met();
      if (noted && lost == 0) CHECK(handled);
      if (!handled) CHECK(checkout.takes(pays, delivery + 1));
      for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
      REQUIRE(checkout.wrong() == "");
    }
  }
}

// Put back from the dead letters the payment is counted from 1 again.
TEST_CASE("however many attempts have died, the order is paid once and nothing is left",
          "[.exam]") {
  constexpr std::uint32_t kAttempts = 110;
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  for (const bool put_back : {false, true}) {
    bool met = true;
    for (int operation = 1; met; ++operation) {
      CAPTURE(put_back, operation);
      Checkout checkout(kBalance);
      std::uint32_t count = 1;
      for (; count <= kAttempts && met; ++count) {
        auto death = Trouble::death(operation);
        checkout.takes(pays, count, &death);
        met = death.met();
      }
      CHECK(checkout.takes(pays, put_back ? 1 : count));
      for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
      REQUIRE(checkout.wrong() == "");
    }
  }
}

TEST_CASE("a body with more behind it, or less, is another body", "[.exam]") {
  Caller caller;
  const std::string target = "/card-1/m1";
  const auto body = to_json(Charge{10, "r"});
  CHECK(caller.call(HttpMethod::put, target, body).status == 201);
  for (const auto& other : {body + " ", body + body, " " + body, body.substr(1), std::string()}) {
    CAPTURE(other);
    CHECK(caller.call(HttpMethod::put, target, other).status == 409);
  }
  CHECK(caller.call(HttpMethod::put, target, body).status == 200);
}

TEST_CASE("the follow-up is the same to the last byte, at whichever delivery", "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  Checkout checkout(kBalance);
  for (const auto count : delivery_counts()) CHECK(checkout.takes(pays, count));
  const auto follow_ups = checkout.follow_ups();
  REQUIRE(follow_ups.size() == delivery_counts().size());
  for (const auto& follow_up : follow_ups) CHECK(follow_up == follow_ups.front());
}

TEST_CASE("whichever delivery it is, the order is paid and has its answer", "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  for (const auto count : delivery_counts()) {
    CAPTURE(count);
    Checkout checkout(kBalance);
    CHECK(checkout.takes(pays, count));
    for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, count));
    REQUIRE(checkout.wrong() == "");
  }
}

TEST_CASE("however many requests dead attempts have left, all of them go", "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  testing::allow_awaits(1'000'000);
  for (const std::uint32_t last : {2U, 3U}) {
    Checkout checkout(kBalance);
    checkout.attempts_have_left(kMoreThanAnybodyCounts);
    for (std::uint32_t count = 2; count <= last; ++count) CHECK(checkout.takes(pays, count));
    for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
    REQUIRE(checkout.wrong() == "");
    checkout.takes_all_again(pays);
    REQUIRE(checkout.wrong() == "");
  }
}

TEST_CASE("a conflict does not mean that a living handler has it in hand", "[.exam]") {
  auto scenario = one_order()
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
  RefusingStore refusing(file, type_name<Request>());
  EntityStore deaf(refusing);

  CHECK_THROWS_AS(run_inline(serve(HttpRequest{HttpMethod::post, mine, "", {}}, deaf)), Error);
  const auto account = run_inline(store.load<Account>(kCard)).value;
  CHECK(account.unfinished.target == other);
  CHECK(account.balance == kBalance - 1);
  CHECK(run_inline(serve(HttpRequest{HttpMethod::post, other, "", {}}, store)).body == "receipt 1");
  CHECK(run_inline(store.load<Account>(kCard)).value.balance == kBalance - 1);
}

TEST_CASE("whoever gets the answer and cannot clear the account says so", "[.exam]") {
  SqliteStore file;
  EntityStore store(file);
  const std::string target = "/card-1/m1";
  const auto body = to_json(Charge{1, target});
  const auto has = [&](const Account& account, const std::string& answer) {
    run_inline(file.put(EntityStore::key_of<Account>(kCard), to_json(account), Expected::any()));
    run_inline(file.put(EntityStore::key_of<Request>(target), to_json(Request{body, answer}),
                        Expected::any()));
  };
  has({kBalance, {}}, "");
  // Another POST executes it after this one has loaded the account, and dies before it forgets it.
  RefusingStore refusing(file, type_name<Account>(),
                         [&] { has({kBalance - 1, {target, "receipt 1"}}, "receipt 1"); });
  EntityStore deaf(refusing);

  CHECK_THROWS_AS(run_inline(serve(HttpRequest{HttpMethod::post, target, "", {}}, deaf)), Error);
  CHECK(run_inline(serve(HttpRequest{HttpMethod::post, target, "", {}}, store)).body ==
        "receipt 1");
  const auto account = run_inline(store.load<Account>(kCard)).value;
  CHECK(account.unfinished.target.empty());
  CHECK(account.balance == kBalance - 1);
}

TEST_CASE("whoever gets the answer clears the account of this very card", "[.exam]") {
  for (const auto& card : {std::string(" Card-A "), std::string("CARD"), std::string(300, 'A')}) {
    CAPTURE(card);
    SqliteStore file;
    EntityStore store(file);
    const auto target = "/" + card + "/m1";
    const auto has = [&](const Account& account, const std::string& answer) {
      run_inline(file.put(EntityStore::key_of<Account>(card), to_json(account), Expected::any()));
      run_inline(file.put(EntityStore::key_of<Request>(target),
                          to_json(Request{to_json(Charge{1, target}), answer}), Expected::any()));
    };
    has({kBalance, {}}, "");
    // Another POST executes it when this one has loaded the account, and dies.
    RefusingStore meanwhile(file, "nothing",
                            [&] { has({kBalance - 1, {target, "receipt 1"}}, "receipt 1"); });
    EntityStore alone(meanwhile);

    CHECK(run_inline(serve(HttpRequest{HttpMethod::post, target, "", {}}, alone)).body ==
          "receipt 1");
    const auto account = run_inline(store.load<Account>(card)).value;
    CHECK(account.unfinished.target.empty());
    REQUIRE(account.balance == kBalance - 1);
  }
}

// The slow one has noted its target when another one comes, which does it all.
TEST_CASE("an attempt that was overtaken leaves no request, at whichever delivery", "[.exam]") {
  const auto pays = make_message(PayOrder{"order-1", kCard, 10}, MessageId{"m1"});
  for (const std::uint32_t count : {1U, 2U, 3U, 12U}) {
    bool met = true;
    for (int operation = 1; met; ++operation) {
      CAPTURE(count, operation);
      Checkout checkout(kBalance);
      const auto overtakes = [&] {
        CHECK(checkout.takes(pays, count + 1));
        for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
      };
      Trouble between(operation, {"another attempt", overtakes, /*times_max=*/1});
      checkout.takes(pays, count, &between);
      met = between.met();
      for (const auto& follow_up : checkout.follow_ups()) CHECK(checkout.takes(follow_up, 1));
      if (met) REQUIRE(checkout.wrong() == "");
    }
  }
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
    CHECK(caller.put(target, {10, one}) == 200);
    for (const bool executed : {true, false}) {
      CAPTURE(executed);
      CHECK(caller.call(HttpMethod::get, target).status == (executed ? 200 : 409));
      CHECK(caller.call(HttpMethod::delete_, target).status == 204);
      CHECK(caller.call(HttpMethod::get, target).status == 404);
      CHECK(caller.call(HttpMethod::post, target).status == 404);
      REQUIRE(caller.put(target, {10, other}) == 201);
    }
    REQUIRE(caller.balance() == kBalance - 10);
  }
}

TEST_CASE("whatever a card has, a charge has an answer that is kept", "[.exam]") {
  for (const int amount : hard_amounts()) {
    for (const int missing : {0, 1, -1}) {
      CAPTURE(amount, missing);
      const auto card = missing < 0 ? "card-of-another-bank" : "card-2";
      SqliteStore file;
      EntityStore store(file);
      if (missing >= 0) {
        run_inline(file.put(EntityStore::key_of<Account>(card),
                            to_json(Account{amount - missing, {}}), Expected::absent()));
      }
      const auto call = [&](HttpMethod method) {
        const auto body = method == HttpMethod::put ? to_json(Charge{amount, "r"}) : "";
        return run_inline(
            serve(HttpRequest{method, "/" + std::string(card) + "/m1", body, {}}, store));
      };
      CHECK(call(HttpMethod::put).status == 201);
      const auto answer = call(HttpMethod::post);
      CHECK(answer.status == 200);
      CHECK((missing == 0 ? answer.body.starts_with("receipt")
                          : answer.body == "declined" || amount == 0));
      CHECK(call(HttpMethod::get).body == answer.body);
      CHECK(call(HttpMethod::post).body == answer.body);
      REQUIRE(call(HttpMethod::put).status == 200);
    }
  }
}
