// What `prove` looks at besides: names, amounts, answers that look like others, long patience.
#include <catch2/generators/catch_generators.hpp>
#include <limits>

#include "chain_world.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr Deadline kNow{std::chrono::hours{1}};
constexpr int kFortune = std::numeric_limits<int>::max();

// Whether it is an error of the workshop's.
bool is_error(const ErrorKind& kind) {
  try {
    kind.raise();
  } catch (const Error&) {
    return true;
  } catch (...) {  // whatever is none
  }
  return false;
}

// A service that answers each call in the same way, and keeps the calls.
class Answers final : public HttpClient {
 public:
  explicit Answers(std::function<HttpResponse(const HttpRequest&)> answer)
      : answer_(std::move(answer)) {}
  Task<HttpResponse> request(std::string, HttpRequest request, Deadline deadline) override {
    calls.push_back(request);
    last_deadline = deadline;
    co_return answer_(request);
  }
  std::vector<HttpRequest> calls;
  Deadline last_deadline{};

 private:
  std::function<HttpResponse(const HttpRequest&)> answer_;
};

// "payments", whose fraud check answers like this.
class Payments {
 public:
  explicit Payments(std::function<HttpResponse(const HttpRequest&)> check)
      : check_(std::move(check)) {}

  void has(const std::string& card, int balance) { has_document(card, to_json(Account{balance})); }
  void has_document(const std::string& card, const std::string& body) {
    run_inline(accounts_.put(EntityStore::key_of<Account>(card), body, Expected::absent()));
  }
  std::string charges(const Purchase& purchase) { return charges(purchase, accounts_); }
  std::string charges_in(Trouble& trouble, const Purchase& purchase) {
    TroubledStore store(accounts_, trouble);
    return charges(purchase, store);
  }
  // So much time passes before the store's operation with this number is done.
  std::string charges_slowly(int operation, milliseconds delay, const Purchase& purchase) {
    Trouble slow(operation, {"a slow store", [&] { now_ += delay; }, /*times_max=*/1});
    return charges_in(slow, purchase);
  }
  int balance(const std::string& card) {
    return run_inline(EntityStore(accounts_).load<Account>(card)).value.balance;
  }
  bool knows(const std::string& card) {
    return run_inline(EntityStore(accounts_).load<Account>(card)).exists();
  }
  std::vector<Check> checked() const {
    std::vector<Check> checks;
    for (const auto& call : check_.calls) checks.push_back(from_json<Check>(call.body));
    return checks;
  }

 private:
  std::string charges(const Purchase& purchase, Store& accounts) {
    Service service(accounts, check_, [this] { return now_; });
    return noted(
        run_inline(charge({HttpMethod::post, "/charges", to_json(purchase), {}}, service)));
  }

  Deadline now_ = kNow;
  SqliteStore accounts_;
  Answers check_;
};

// As many a server has them. They are no part of what an answer says.
const HttpHeaders kHeaders = {{"content-type", "text/plain"}, {"server", "a proxy"}};

HttpResponse fine(const HttpRequest&) { return {200, "fine", kHeaders}; }
HttpResponse suspicious(const HttpRequest&) { return {200, "suspicious", {}}; }

}  // namespace

TEST_CASE("cards and orders whose names look alike are different ones", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    CAPTURE(one, other);
    Payments payments(&fine);
    payments.has(one, 100);
    payments.has(other, 200);
    CHECK(payments.charges({one, one, 1}) == kCharged.body);
    CHECK(payments.charges({other, other, 10}) == kCharged.body);
    CHECK(payments.balance(one) == 99);
    CHECK(payments.balance(other) == 190);
    CHECK(payments.charges({"", one, 1}) == kCharged.body);  // an order may have no name
    const auto checked = payments.checked();
    REQUIRE(checked.size() == 3);
    CHECK(checked[2].order_id.empty());
    CHECK(checked[0].order_id == one);
    CHECK(checked[0].card == one);
    CHECK(checked[1].order_id == other);
    REQUIRE(checked[1].card == other);
  }
}

TEST_CASE("no amount is charged without a check", "[.exam]") {
  for (const int amount : hard_amounts()) {
    CAPTURE(amount);
    Payments payments(&suspicious);
    payments.has("card-1", 2'000'000'000);
    CHECK(payments.charges({"order-1", "card-1", amount}) == kDeclined.body);
    CHECK(payments.balance("card-1") == 2'000'000'000);

    Payments others(&fine);
    others.has("card-1", amount);
    CHECK(others.charges({"order-1", "card-1", amount}) == kCharged.body);
    CHECK(others.checked().size() == 1);
    REQUIRE(others.balance("card-1") == 0);
  }
}

TEST_CASE("an account pays its last coin, and not one more", "[.exam]") {
  for (const int amount : hard_amounts()) {
    CAPTURE(amount);
    Payments payments(&fine);
    payments.has("card-1", amount);
    CHECK(payments.charges({"order-1", "card-1", amount + 1}) == kDeclined.body);
    CHECK(payments.balance("card-1") == amount);
    CHECK(payments.charges({"order-2", "card-1", amount}) == kCharged.body);
    REQUIRE(payments.balance("card-1") == 0);

    payments.has("overdrawn", -1);
    CHECK(payments.charges({"order-3", "overdrawn", amount}) == kDeclined.body);
    REQUIRE(payments.balance("overdrawn") == -1);

    payments.has("rich", kFortune);
    CHECK(payments.charges({"order-4", "rich", amount}) == kCharged.body);
    REQUIRE(payments.balance("rich") == kFortune - amount);
  }
}

TEST_CASE("a card without an account is declined, whatever it shall pay", "[.exam]") {
  for (const int amount : hard_amounts()) {
    Payments payments(&fine);

    CAPTURE(amount);
    REQUIRE(payments.charges({"order-1", "card-of-another-bank", amount}) == "declined");
    REQUIRE_FALSE(payments.knows("card-of-another-bank"));
  }
}

TEST_CASE("whatever else a check says is not fine", "[.exam]") {
  for (const std::string text :
       {"", "true", "ok", "not fine", "FINE", "\"fine\"", "fin", "f", "fine fine", "<p>fine</p>"}) {
    CAPTURE(text);
    Payments payments([text](const HttpRequest&) { return HttpResponse{200, text, {}}; });
    payments.has("card-1", 100);
    CHECK(payments.charges({"order-1", "card-1", 1}) == kNotCharged.body);
    REQUIRE(payments.balance("card-1") == 100);
  }
}

TEST_CASE("only one status is that of a check", "[.exam]") {
  for (const int status : {100, 199, 201, 202, 203, 204, 206, 226, 299, 300, 304, 400, 500}) {
    CAPTURE(status);
    Payments payments([status](const HttpRequest&) { return HttpResponse{status, "fine", {}}; });
    payments.has("card-1", 100);
    CHECK(payments.charges({"order-1", "card-1", 1}) == kNotCharged.body);
    REQUIRE(payments.balance("card-1") == 100);
  }
}

TEST_CASE("the shop passes a purchase on as it came", "[.exam]") {
  SqliteStore nothing;
  for (const auto& [one, other] : hard_names()) {
    Answers payments([](const HttpRequest&) { return kCharged; });
    Service shop(nothing, payments, [] { return kNow; });
    const auto body = to_json(Purchase{one, other, 1});
    CHECK(run_inline(submit({HttpMethod::post, "/submit", body, {}}, shop)).body == "charged");
    REQUIRE(payments.calls.size() == 1);
    REQUIRE(payments.calls.front().body == body);
  }
}

TEST_CASE("what is no purchase is for payments to refuse", "[.exam]") {
  SqliteStore nothing;
  for (const std::string body : {"", "{}", "{\"order", "null", "fine", "charged"}) {
    CAPTURE(body);
    Answers payments([](const HttpRequest&) { return kNotCharged; });
    Service shop(nothing, payments, [] { return kNow; });
    const auto answer = run_inline(submit({HttpMethod::post, "/submit", body, {}}, shop));
    CHECK(answer.status == kNotCharged.status);
    REQUIRE(answer.body == kNotCharged.body);
  }
}

TEST_CASE("what only looks like an answer of payments says nothing", "[.exam]") {
  for (const auto& known : {kCharged, kDeclined, kNotCharged}) {
    std::string capital = known.body;
    capital.front() = static_cast<char>(capital.front() - 'a' + 'A');
    for (const auto& text : {known.body + "\n", known.body + " ", " " + known.body,
                             known.body + " twice", "not " + known.body, capital, std::string()}) {
      CAPTURE(known.status, text);
      Answers payments([&](const HttpRequest&) { return HttpResponse{known.status, text, {}}; });
      SqliteStore nothing;
      Service service(nothing, payments, [] { return kNow; });
      const auto body = to_json(kPurchase);
      const auto answer = run_inline(submit({HttpMethod::post, "/submit", body, {}}, service));
      CHECK(answer.status == kUnknown.status);
      CHECK(answer.body == kUnknown.body);
      REQUIRE(payments.calls.size() == 1);
      REQUIRE(payments.calls.front().body == body);
    }
  }
}

TEST_CASE("whatever else payments answers says nothing", "[.exam]") {
  const std::vector<std::string> texts = {"",         "fine",        "not found", "charged",
                                          "declined", "not charged", "unknown"};
  for (const int status : {100, 200, 201, 202, 204, 302, 304, 400, 401, 402, 403, 404, 405,
                           408, 409, 410, 412, 429, 500, 501, 502, 503, 504, 505, 599}) {
    for (const auto& text : texts) {
      const HttpResponse got{status, text, kHeaders};
      CAPTURE(status, text);
      Answers payments([&](const HttpRequest&) { return got; });
      SqliteStore nothing;
      Service service(nothing, payments, [] { return kNow; });
      const auto answer =
          run_inline(submit({HttpMethod::post, "/submit", to_json(kPurchase), {}}, service));
      const auto is = [&](const HttpResponse& known) {
        return known.status == status && known.body == text;
      };
      const bool known = is(kCharged) || is(kDeclined) || is(kNotCharged);
      CHECK(answer.status == (known ? status : kUnknown.status));
      REQUIRE(answer.body == (known ? text : kUnknown.body));
    }
  }
}

TEST_CASE("whoever waits for days has an answer that takes as long", "[.exam]") {
  const milliseconds patience =
      GENERATE(std::chrono::hours{3}, std::chrono::hours{50}, std::chrono::hours{24 * 60});
  auto scenario = chain({submits(kPurchase, patience)}, takes(patience - 3 * kReserve))
                      .at_rest(told_any_of(kPurchase, {kCharged}))
                      .at_rest(answered_within(kPurchase, patience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("for whoever does not say how long, a slow check is waited for a second", "[.exam]") {
  auto scenario = chain({submits(kPurchase, std::nullopt)}, takes(kPatience - 3 * kReserve))
                      .at_rest(told_any_of(kPurchase, {kCharged}))
                      .at_rest(answered_within(kPurchase, kPatience));

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("whoever has much time is not charged twice either", "[.exam]") {
  const milliseconds patience = GENERATE(std::chrono::minutes{1}, std::chrono::hours{50});
  auto scenario = chain({submits(kPurchase, patience)}, &checks)
                      .at_rest(charged_once(kPurchase))
                      .at_rest(checked_once(kPurchase))
                      .at_rest(told_the_truth(kPurchase))
                      .with_faults(kAnyTrouble)
                      .up_to(1, 0);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("two purchases never spend the same money", "[.exam]") {
  const Purchase one{"order-1", "card-1", 600};
  const Purchase other{"order-2", "card-1", 700};
  auto scenario = chain({submits(one), submits(other)}, &checks, 2)
                      .at_rest([](const StoreView& view) -> std::optional<Violation> {
                        const int left = view.entity<Account>("card-1", kAccounts)->balance;
                        if (left >= 0) return std::nullopt;
                        return Violation{"duplicate effect", "no card has less than nothing",
                                         fmt::format("{} coins are left", left)};
                      })
                      .up_to(0, 2);

  REQUIRE_EXPLORED(scenario.holds());
}

TEST_CASE("a purchase that comes again is another purchase", "[.exam]") {
  Payments payments(&fine);
  payments.has("card-1", 100);
  for (int left = 97; left >= 91; left -= 3) {
    CHECK(payments.charges({"order-1", "card-1", 3}) == "charged");
    REQUIRE(payments.balance("card-1") == left);
  }
  CHECK(payments.checked().size() == 3);
}

TEST_CASE("whatever error the store has, payments says what came of it", "[.exam]") {
  for (const auto& kind : every_error()) {
    if (!is_error(kind)) continue;
    for (const int operation : {1, 2}) {
      CAPTURE(kind.name, operation);
      Payments payments(&fine);
      payments.has("card-1", 100);
      Trouble trouble(operation, kind);
      const auto answer = payments.charges_in(trouble, {"order-1", "card-1", 1});
      REQUIRE(trouble.met());
      const bool may_be_unknown = kind.name == "OutcomeUnknown";
      if (may_be_unknown && operation == 2) CHECK(answer == "unknown");
      if (payments.balance("card-1") == 99) {
        REQUIRE(answer == "charged");
      } else if (!may_be_unknown) {
        REQUIRE(answer == "not charged");
      } else {
        REQUIRE((answer == "not charged" || answer == "unknown"));
      }
    }
  }
}

TEST_CASE("however long the store takes, payments says what was done", "[.exam]") {
  for (const int operation : {1, 2}) {
    for (const milliseconds delay : {kPatience - kReserve, kPatience, 1'000 * kPatience}) {
      CAPTURE(operation, delay.count());
      Payments payments(&fine);
      payments.has("card-1", 100);
      const auto answer = payments.charges_slowly(operation, delay, {"order-1", "card-1", 1});
      const bool charged = payments.balance("card-1") == 99;
      REQUIRE(answer == (charged ? "charged" : "not charged"));
    }
  }
}

TEST_CASE("whatever error the network has, the shop says what it knows", "[.exam]") {
  SqliteStore nothing;
  for (const auto& kind : every_error()) {
    if (!is_error(kind)) continue;
    CAPTURE(kind.name);
    Answers payments([](const HttpRequest&) { return kCharged; });
    Trouble trouble(1, kind);
    TroubledHttp http(payments, trouble);
    Service shop(nothing, http, [] { return kNow; });
    const auto answer =
        noted(run_inline(submit({HttpMethod::post, "/submit", to_json(kPurchase), {}}, shop)));
    if (kind.name == "OutcomeUnknown") {
      REQUIRE(answer == "unknown");
    } else {
      REQUIRE(answer == (payments.calls.empty() ? "not charged" : "charged"));
    }
  }
}

TEST_CASE("from an account that nobody can read nothing is charged", "[.exam]") {
  for (const std::string body : {"{\"bal", "null", "[]", "{\"balance\": \"many\"}"}) {
    CAPTURE(body);
    Payments payments(&fine);
    payments.has_document("card-1", body);
    REQUIRE(payments.charges({"order-1", "card-1", 1}) == "not charged");
  }
}

TEST_CASE("a call ends when the contract says, whatever its caller's patience", "[.exam]") {
  SqliteStore accounts;  // payments may look first whether there is money
  run_inline(accounts.put(EntityStore::key_of<Account>(kPurchase.card), to_json(Account{kFortune}),
                          Expected::absent()));
  for (const bool of_shop : {true, false}) {
    for (const auto patience : {milliseconds{100}, milliseconds{1'001}, milliseconds{60'000},
                                milliseconds{std::chrono::hours{24 * 365}}, milliseconds{0}}) {
      CAPTURE(of_shop, patience.count());
      Answers others([&](const HttpRequest&) { return of_shop ? kCharged : kNotCharged; });
      Service service(accounts, others, [] { return kNow; });
      HttpRequest request{HttpMethod::post, "/", to_json(kPurchase), {}};
      const bool says = patience.count() > 0;
      if (says) request.headers["deadline-ms"] = std::to_string(patience.count());
      run_inline(of_shop ? submit(request, service) : charge(request, service));
      REQUIRE(others.calls.size() == 1);
      REQUIRE(others.last_deadline - kNow == (says ? patience : kPatience) - kReserve);
    }
  }
}

TEST_CASE("whoever has no time left for a call does not wait for one, and says what is known",
          "[.exam]") {
  SqliteStore accounts;
  run_inline(accounts.put(EntityStore::key_of<Account>(kPurchase.card), to_json(Account{kFortune}),
                          Expected::absent()));
  for (const bool of_shop : {true, false}) {
    for (const auto patience : {milliseconds{1}, milliseconds{10}, milliseconds{15}, kReserve}) {
      CAPTURE(of_shop, patience.count());
      Answers others([&](const HttpRequest&) { return of_shop ? kCharged : kNotCharged; });
      Service service(accounts, others, [] { return kNow; });
      HttpRequest request{HttpMethod::post, "/", to_json(kPurchase), {}};
      request.headers["deadline-ms"] = std::to_string(patience.count());
      const auto answer =
          noted(run_inline(of_shop ? submit(request, service) : charge(request, service)));
      if (others.calls.empty()) {
        REQUIRE(answer == "not charged");  // nobody was asked, so nobody has done it
      } else {
        REQUIRE(others.last_deadline - kNow == patience - kReserve);
      }
    }
  }
}
