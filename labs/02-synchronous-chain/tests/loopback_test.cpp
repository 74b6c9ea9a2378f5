#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "chain.hpp"
#include "workshop/http/beast.hpp"
#include "workshop/http/deadline.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;
using std::chrono::milliseconds;

namespace {

// On a busy machine two connections may take longer than a short patience; then a longer patience
// is tried.
constexpr milliseconds kPatiences[] = {milliseconds{80}, milliseconds{400}, milliseconds{2'000},
                                       milliseconds{10'000}};
constexpr milliseconds kPlenty{30'000};

/// Closed until it is opened, then open for ever.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

/// Finds services at their real addresses.
class ByName final : public HttpClient {
 public:
  void add(std::string name, std::string address) { addresses_[std::move(name)] = address; }

  Task<HttpResponse> request(std::string authority, HttpRequest request,
                             Deadline deadline) override {
    return http_.request(addresses_.at(authority), std::move(request), deadline);
  }

 private:
  std::map<std::string, std::string> addresses_;
  BeastHttpClient http_;
};

/// The services on servers of their own. A test may hang the check, or hold or lose the first
/// answer of "payments".
class Chain {
 public:
  enum class Trouble { none, check_hangs, answer_held, answer_lost };

  explicit Chain(Trouble trouble, milliseconds patience, SqliteStore& accounts)
      : trouble_(trouble), patience_(patience), accounts_(&accounts) {
    run_inline(accounts.put(EntityStore::key_of<Account>("card-1"), to_json(Account{100}),
                            Expected::absent()));
    run_inline(accounts.put(EntityStore::key_of<Account>("stolen"), to_json(Account{100}),
                            Expected::absent()));
    for_shop_.add(kPayments, payments_.authority());
    for_payments_.add(kFraudCheck, check_.authority());
  }

  /// Opens the gate first, because the servers wait for their handlers.
  ~Chain() { gate_.open(); }

  /// The answer to a customer who waits for it, whatever patience the request mentions.
  std::string answer_to(const Purchase& purchase) {
    BeastHttpClient http;
    const auto response = sync_wait(
        http.request(shop_.authority(), {HttpMethod::post, "/submit", to_json(purchase), {}},
                     std::chrono::steady_clock::now() + kPlenty));
    return response.body;
  }

  /// The longest time that a service was given to answer; nothing when it was not called.
  std::optional<milliseconds> given_to_payments() const { return given_to_payments_.longest(); }
  std::optional<milliseconds> given_to_check() const { return given_to_check_.longest(); }

 private:
  class Given {
   public:
    milliseconds note(const HttpRequest& request) {
      const auto now = std::chrono::steady_clock::now();
      const auto time = remaining_ms(deadline_of(request, Deadline::max(), now), now);
      const std::lock_guard lock(mutex_);
      longest_ = std::max(longest_.value_or(time), time);
      return time;
    }
    std::optional<milliseconds> longest() const {
      const std::lock_guard lock(mutex_);
      return longest_;
    }

   private:
    mutable std::mutex mutex_;
    std::optional<milliseconds> longest_;
  };

  static Task<HttpResponse> serve(Task<HttpResponse> (*handler)(HttpRequest, Service&),
                                  SqliteStore* store, HttpClient* http, HttpRequest request) {
    Service service(*store, *http, [] { return std::chrono::steady_clock::now(); });
    co_return co_await handler(std::move(request), service);
  }

  static Task<HttpResponse> serve_check(Chain* self, HttpRequest request) {
    const auto given = self->given_to_check_.note(request);
    // A check that was given too much time does not wait: the test fails anyway.
    if (self->trouble_ == Trouble::check_hangs && given <= self->patience_) self->gate_.wait();
    const bool stolen = from_json<Check>(request.body).card == "stolen";
    co_return HttpResponse{200, stolen ? "suspicious" : "fine", {}};
  }

  static Task<HttpResponse> serve_payments(Chain* self, HttpRequest request) {
    const auto given = self->given_to_payments_.note(request);
    auto answer =
        co_await serve(&charge, self->accounts_, &self->for_payments_, std::move(request));
    if (self->trouble_ == Trouble::answer_held && given <= self->patience_) self->gate_.wait();
    if (self->trouble_ == Trouble::answer_lost) self->lose_answer();
    co_return answer;
  }

  void lose_answer() {
    trouble_ = Trouble::none;
    payments_.break_connections();
  }

  static Task<HttpResponse> serve_shop(Chain* self, HttpRequest request) {
    request.headers["deadline-ms"] = std::to_string(self->patience_.count());
    return serve(&submit, &self->nothing_, &self->for_shop_, std::move(request));
  }

  std::atomic<Trouble> trouble_;
  milliseconds patience_;
  SqliteStore* accounts_;
  SqliteStore nothing_;  // "shop" keeps nothing
  Gate gate_;
  Given given_to_payments_;
  Given given_to_check_;
  ByName for_shop_;
  ByName for_payments_;
  BeastHttpServer check_{[this](HttpRequest request) { return serve_check(this, request); }};
  BeastHttpServer payments_{[this](HttpRequest request) { return serve_payments(this, request); }};
  BeastHttpServer shop_{[this](HttpRequest request) { return serve_shop(this, request); }};
};

int balance_of(SqliteStore& accounts, const char* card) {
  return run_inline(EntityStore(accounts).load<Account>(card)).value.balance;
}

}  // namespace

TEST_CASE("over real HTTP a fine card is charged and a stolen one declined", "[given]") {
  SqliteStore accounts;
  {
    Chain chain(Chain::Trouble::none, kPlenty, accounts);
    CHECK(chain.answer_to({"order-1", "card-1", 1}) == kCharged.body);
    CHECK(chain.answer_to({"order-2", "stolen", 1}) == kDeclined.body);
  }
  CHECK(balance_of(accounts, "card-1") == 99);
  CHECK(balance_of(accounts, "stolen") == 100);
}

TEST_CASE("over real HTTP a customer has an answer while the check hangs", "[step1]") {
  for (const auto patience : kPatiences) {
    SqliteStore accounts;
    Chain chain(Chain::Trouble::check_hangs, patience, accounts);
    const auto answer = chain.answer_to({"order-1", "card-1", 1});
    if (!chain.given_to_check()) continue;

    // The answer is here while the check still hangs. No service was given more time than the
    // customer has.
    CHECK_FALSE(answer.empty());
    CHECK(chain.given_to_payments().value() < patience);
    CHECK(chain.given_to_check().value() < patience);
    return;
  }
  FAIL("no call reached the check");
}

TEST_CASE("over real HTTP a charge whose answer comes too late is unknown", "[step2]") {
  for (const auto patience : kPatiences) {
    SqliteStore accounts;
    std::string answer;
    {
      Chain chain(Chain::Trouble::answer_held, patience, accounts);
      answer = chain.answer_to({"order-1", "card-1", 1});
    }
    const int balance = balance_of(accounts, "card-1");
    if (balance == 100) continue;

    CHECK(answer == kUnknown.body);
    CHECK(balance == 99);
    return;
  }
  FAIL("no call charged the card");
}

TEST_CASE("over real HTTP a charge whose answer is lost is unknown and not repeated", "[step2]") {
  SqliteStore accounts;
  {
    Chain chain(Chain::Trouble::answer_lost, kPlenty, accounts);
    CHECK(chain.answer_to({"order-1", "card-1", 1}) == kUnknown.body);
  }
  CHECK(balance_of(accounts, "card-1") == 99);
}
