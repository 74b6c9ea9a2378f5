// What `prove` looks at besides: a request at a target while the POST of another one, or of the
// same, is under way or has died, at each of its operations.
#include <fmt/format.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "exactly_once_http.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

using Serve = Task<HttpResponse> (*)(HttpRequest, EntityStore&);

// How far a request has come before.
enum class Before { absent, stored, executed };

// A call that comes meanwhile, and its answers at a target that is absent, stored, executed.
struct Meanwhile {
  std::string name;
  HttpMethod method;
  int amount;  // of the charge that it PUTs
  std::array<int, 3> expected;

  int after(Before before) const { return expected.at(static_cast<std::size_t>(before)); }
};

const std::vector<Meanwhile>& calls_meanwhile() {
  static const std::vector<Meanwhile> calls = {
      {"PUT of the same", HttpMethod::put, 1, {201, 200, 200}},
      {"PUT of another body", HttpMethod::put, 5, {201, 409, 409}},
      {"POST", HttpMethod::post, 0, {404, 200, 200}},
      {"GET", HttpMethod::get, 0, {404, 409, 200}},
      {"DELETE", HttpMethod::delete_, 0, {204, 204, 204}}};
  return calls;
}

// The service "payments", with 1,000 coins on card-1, and what went wrong with it.
class Bank {
 public:
  explicit Bank(Serve served) : serve_(served) {
    run_inline(file_.put(EntityStore::key_of<Account>("card-1"), to_json(Account{1'000, {}}),
                         Expected::absent()));
  }
  HttpResponse call(HttpMethod method, const std::string& name, int amount = 0) {
    return call_on(file_, method, name, amount);
  }
  // A POST that may fail or die; its answer has the status 0 then.
  HttpResponse post(const std::string& name, Trouble& trouble) {
    TroubledStore store(file_, trouble);
    try {
      return call_on(store, HttpMethod::post, name, 0);
    } catch (const Died&) {
      return {0, "", {}};
    } catch (const Error&) {
      return {0, "", {}};
    }
  }
  void expect(bool right, const std::string& what) {
    if (!right && wrong_.empty()) wrong_ = what;
  }
  void expect_status(const HttpResponse& got, int status, const std::string& of) {
    expect(got.status == status, fmt::format("{}: {} and not {}", of, got.status, status));
  }
  void expect_rest(int balance) {
    const auto account = run_inline(EntityStore(file_).load<Account>("card-1")).value;
    expect(account.balance == balance,
           fmt::format("a balance of {} and not {}", account.balance, balance));
    expect(account.unfinished.target.empty(), "an unfinished charge");
  }
  int balance() { return run_inline(EntityStore(file_).load<Account>("card-1")).value.balance; }
  const std::string& wrong() const { return wrong_; }

 private:
  HttpResponse call_on(Store& store, HttpMethod method, const std::string& name, int amount) {
    EntityStore entities(store);
    const auto body = method == HttpMethod::put ? to_json(Charge{amount, "r"}) : std::string();
    return run_inline(serve_(HttpRequest{method, "/card-1/" + name, body, {}}, entities));
  }

  Serve serve_;
  SqliteStore file_;
  std::string wrong_;
};

// Whether the POST came as far as to be met, and the first thing that went wrong.
struct Met {
  bool met = false;
  std::string wrong;
};

// Makes the call while the POST at `name` is before its operation `reached`, or has died there.
template <class Come>
bool meets(Bank& bank, const std::string& name, int reached, bool dies, HttpResponse& posted,
           const Come& come) {
  auto trouble =
      dies ? Trouble::death(reached) : Trouble(reached, {"", [&] { come(); }, /*times_max=*/1});
  posted = bank.post(name, trouble);
  if (trouble.met() && dies) come();
  return trouble.met();
}

Met another_post_is_under_way(Serve served, const std::string& one, const std::string& other,
                              const Meanwhile& call, Before before, int reached, bool dies) {
  Bank bank(served);
  bank.call(HttpMethod::put, other, 10);
  if (before != Before::absent) bank.call(HttpMethod::put, one, 1);
  std::string old_answer;
  if (before == Before::executed) old_answer = bank.call(HttpMethod::post, one).body;

  HttpResponse got, posted;
  const auto come = [&] { got = bank.call(call.method, one, call.amount); };
  if (!meets(bank, other, reached, dies, posted, come)) return {};
  bank.expect_status(got, call.after(before), call.name);

  const auto answer = bank.call(HttpMethod::post, other);
  bank.expect_status(answer, 200, "the POST that was under way, again");
  bank.expect(answer.body.starts_with("receipt"), "no receipt");
  bank.expect(bank.call(HttpMethod::get, other).body == answer.body, "GET says otherwise");
  const bool executed =
      before == Before::executed || (before == Before::stored && call.method == HttpMethod::post);
  if (executed && call.method != HttpMethod::delete_) {
    const auto mine = bank.call(HttpMethod::get, one).body;
    bank.expect(mine.starts_with("receipt") && mine != answer.body, "not its own receipt");
    bank.expect(old_answer.empty() || mine == old_answer, "another receipt than before");
    bank.expect(got.body.empty() || got.body == mine, "it was answered with another receipt");
  }
  bank.expect_rest(1'000 - 10 - (executed ? 1 : 0));
  return {true, bank.wrong()};
}

Met its_own_post_is_under_way(Serve served, const Meanwhile& call, int reached, bool dies) {
  Bank bank(served);
  bank.call(HttpMethod::put, "m1", 1);
  HttpResponse got, posted;
  const auto come = [&] { got = bank.call(call.method, "m1", call.amount); };
  if (!meets(bank, "m1", reached, dies, posted, come)) return {};
  bank.expect(
      got.status == call.after(Before::stored) || got.status == call.after(Before::executed),
      fmt::format("{}: {}", call.name, got.status));

  const bool gone = call.method == HttpMethod::delete_;
  const auto answer = bank.call(HttpMethod::post, "m1");
  const int status = gone ? 404 : 200;
  bank.expect_status(answer, status, "the POST, again");
  const auto kept = bank.call(HttpMethod::get, "m1");
  bank.expect_status(kept, status, "GET");
  if (!gone) {
    for (const auto& said : std::array{posted, got, kept}) {
      bank.expect(said.status != 200 || said.body.empty() || said.body == answer.body,
                  "two answers to one request");
    }
  }
  const int balance = bank.balance();
  bank.expect(balance == 999 || (gone && posted.status != 200 && balance == 1'000),
              fmt::format("a balance of {}", balance));
  bank.call(HttpMethod::put, "m2", 1);  // whoever comes next forgets what was unfinished
  bank.expect_status(bank.call(HttpMethod::post, "m2"), 200, "the next POST");
  bank.expect_status(bank.call(HttpMethod::get, "m1"), status, "GET after the next POST");
  bank.expect_rest(balance - 1);
  return {true, bank.wrong()};
}

// The first thing that goes wrong while another POST is under way; "": nothing.
std::string wrong_beside_another(Serve served) {
  for (const auto& [one, other] : names_within_names()) {
    for (const auto& call : calls_meanwhile()) {
      for (const auto before : {Before::absent, Before::stored, Before::executed}) {
        for (const bool dies : {false, true}) {
          Met seen{true, ""};
          for (int reached = 1; seen.met; ++reached) {
            seen = another_post_is_under_way(served, one, other, call, before, reached, dies);
            if (seen.wrong.empty()) continue;
            return fmt::format("{} at {} while the POST at {} {} before its operation {}: {}",
                               call.name, one, other, dies ? "died" : "is", reached, seen.wrong);
          }
        }
      }
    }
  }
  return "";
}

// The same while its own POST is under way.
std::string wrong_beside_its_own(Serve served) {
  for (const auto& call : calls_meanwhile()) {
    for (const bool dies : {false, true}) {
      Met seen{true, ""};
      for (int reached = 1; seen.met; ++reached) {
        seen = its_own_post_is_under_way(served, call, reached, dies);
        if (seen.wrong.empty()) continue;
        return fmt::format("{} while the POST {} before its operation {}: {}", call.name,
                           dies ? "died" : "is", reached, seen.wrong);
      }
    }
  }
  return "";
}

// A planted bug: a GET answers with the unfinished charge of the card, whosever it is.
Task<HttpResponse> gets_any_unfinished(HttpRequest http, EntityStore& store) {
  const auto method = http.method;
  const auto account = co_await store.load<Account>(card_of(http.target));
  auto response = co_await serve(std::move(http), store);
  const auto& answer = account.value.unfinished.answer;
  if (method == HttpMethod::get && response.status == 409 && !answer.empty()) {
    co_return HttpResponse{200, answer, {}};
  }
  co_return response;
}

// Another one: a POST writes its request back when that was deleted meanwhile.
Task<HttpResponse> writes_back_what_was_deleted(HttpRequest http, EntityStore& store) {
  const auto method = http.method;
  auto request = co_await store.load<Request>(http.target);
  auto response = co_await serve(std::move(http), store);
  if (method != HttpMethod::post || response.status != 200) co_return response;
  const auto now = co_await store.load<Request>(request.key.partition);
  if (now.exists()) co_return response;
  request.value.answer = response.body;
  co_await store.documents().put(request.key, to_json(request.value), Expected::any());
  co_return response;
}

}  // namespace

TEST_CASE("while another one's POST is under way, each target is answered for itself", "[.exam]") {
  REQUIRE(wrong_beside_another(&serve) == "");
}

TEST_CASE("whatever comes while a POST is under way, it is executed once or not at all",
          "[.exam]") {
  REQUIRE(wrong_beside_its_own(&serve) == "");
}

TEST_CASE("a service that answers for another target, or writes back what was deleted, is found",
          "[.exam]") {
  CHECK(wrong_beside_another(&gets_any_unfinished) != "");
  CHECK(wrong_beside_its_own(&gets_any_unfinished) == "");
  CHECK(wrong_beside_another(&writes_back_what_was_deleted) == "");
  CHECK(wrong_beside_its_own(&writes_back_what_was_deleted) != "");
}
