// What `prove` looks at besides: a request at a target while the POST of another one, or of the
// same, is under way or has died, at each of its operations; and any call in the middle of another.
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
  // A POST that may fail, whether it throws or says so (500 and more), or die; its answer has the
  // status 0 then.
  HttpResponse post(const std::string& name, Trouble& trouble) {
    return try_call(HttpMethod::post, name, 0, trouble);
  }
  HttpResponse try_call(HttpMethod method, const std::string& name, int amount, Trouble& trouble) {
    TroubledStore store(file_, trouble);
    try {
      const auto answer = call_on(store, method, name, amount);
      return answer.status < 500 ? answer : HttpResponse{0, "", {}};
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
  // Somebody else saves the account as it is, so that it has another version.
  void somebody_saves() {
    const auto key = EntityStore::key_of<Account>("card-1");
    run_inline(file_.put(key, file_.find(key)->body, Expected::any()));
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

// A call, and another one in the middle of it: before its operation `reached`, 0 before all of it,
// -1 after it. What both answered, and what is there then; the call comes again when it fails.
struct Together {
  bool met = false;
  std::string seen;
};

Together together(Serve served, Before before, const Meanwhile& call, const Meanwhile& inner,
                  int reached) {
  Bank bank(served);
  if (before != Before::absent) bank.call(HttpMethod::put, "m1", 1);
  if (before == Before::executed) bank.call(HttpMethod::post, "m1");
  HttpResponse came;
  const auto come = [&] { came = bank.call(inner.method, "m1", inner.amount); };
  Trouble trouble(reached, {"", come, /*times_max=*/1});
  if (reached == 0) come();
  auto got = bank.try_call(call.method, "m1", call.amount, trouble);
  if (got.status == 0) got = bank.call(call.method, "m1", call.amount);
  if (reached < 0) come();
  const auto posted = bank.call(HttpMethod::post, "m1");
  return {trouble.met(),
          fmt::format("{}: {}; {}: {}; then a POST: {}; a GET: {}; a balance of {}", call.name,
                      got.status, inner.name, came.status, posted.status,
                      bank.call(HttpMethod::get, "m1").body == posted.body, bank.balance())};
}

// What two calls at one target do together is what they do one after the other, in either order.
std::string wrong_together(Serve served) {
  for (const auto before : {Before::absent, Before::stored, Before::executed}) {
    for (const auto& call : calls_meanwhile()) {
      if (call.method == HttpMethod::post) continue;  // a failed one may have been executed: above
      for (const auto& inner : calls_meanwhile()) {
        const auto after = together(served, before, call, inner, 0).seen;
        const auto ahead = together(served, before, call, inner, -1).seen;
        Together both{true, ""};
        for (int reached = 1; both.met; ++reached) {
          both = together(served, before, call, inner, reached);
          if (!both.met || both.seen == after || both.seen == ahead) continue;
          return fmt::format("{} before operation {} of {}, {}", inner.name, reached, call.name,
                             both.seen);
        }
      }
    }
  }
  return "";
}

// A POST whose save may come too late: somebody else saves the account before its operation
// `saved`. Before its operation `reached` another POST of the same comes, and dies before its
// operation `died`. Which of them came; and what is wrong when the first one has answered.
struct Overlap {
  bool saved = false, came = false, died = false;
  std::string wrong;
};

Overlap two_posts_and_another_save(Serve served, int saved, int reached, int died) {
  Bank bank(served);
  bank.call(HttpMethod::put, "m1", 1);
  auto death = Trouble::death(died);
  Trouble others(saved, {"another save", [&] { bank.somebody_saves(); }, /*times_max=*/1});
  Trouble between(reached, {"another POST", [&] { bank.post("m1", death); }, /*times_max=*/1});
  between.comes_after(others);
  auto answer = bank.post("m1", between);
  if (answer.status == 0) answer = bank.call(HttpMethod::post, "m1");
  bank.expect_status(answer, 200, "the POST");
  bank.expect(bank.call(HttpMethod::get, "m1").body == answer.body, "GET says otherwise");
  bank.expect_rest(999);
  return {others.met(), between.met(), death.met(), bank.wrong()};
}

// Whoever answers leaves nothing unfinished, also when it has looked before another one died.
std::string wrong_after_another_save(Serve served) {
  Overlap seen{true, true, true, ""};
  for (int saved = 1; seen.saved; ++saved) {
    seen.came = true;
    for (int reached = saved; seen.saved && seen.came; ++reached) {
      seen.died = true;
      for (int died = 1; seen.saved && seen.came && seen.died; ++died) {
        seen = two_posts_and_another_save(served, saved, reached, died);
        if (seen.wrong.empty()) continue;
        return fmt::format(
            "somebody saves before operation {} of a POST, and before its operation "
            "{} another one dies before its operation {}: {}",
            saved, reached, died, seen.wrong);
      }
    }
  }
  return "";
}

// A DELETE of a request whose POST has died before its operation `died`. Before its own operation
// `reached` the DELETE dies, or another POST comes.
Overlap deleted_after_a_death(Serve served, int died, int reached, bool comes) {
  Bank bank(served);
  bank.call(HttpMethod::put, "m1", 1);
  auto death = Trouble::death(died);
  bank.post("m1", death);
  const int before = bank.balance();
  const auto post_again = [&] { bank.call(HttpMethod::post, "m1"); };
  auto trouble =
      comes ? Trouble(reached, {"", post_again, /*times_max=*/1}) : Trouble::death(reached);
  const auto deleted = bank.try_call(HttpMethod::delete_, "m1", 0, trouble);
  const auto posted = bank.call(HttpMethod::post, "m1");
  if (deleted.status == 204) bank.expect_status(posted, 404, "a POST after the DELETE");
  const int balance = bank.balance();
  bank.expect(balance == 999 || (balance == 1'000 && before == 1'000),
              fmt::format("a balance of {}, and of {} before the DELETE", balance, before));
  bank.call(HttpMethod::put, "m2", 1);
  bank.expect_status(bank.call(HttpMethod::post, "m2"), 200, "the next POST");
  bank.expect_rest(balance - 1);
  return {trouble.met(), comes, death.met(), bank.wrong()};
}

// Whatever becomes of a DELETE, the request is executed once or not at all.
std::string wrong_after_a_delete(Serve served) {
  Overlap seen{true, true, true, ""};
  for (int died = 1; seen.died; ++died) {
    for (const bool comes : {false, true}) {
      seen.saved = true;
      for (int reached = 1; seen.saved; ++reached) {
        seen = deleted_after_a_death(served, died, reached, comes);
        if (seen.wrong.empty()) continue;
        return fmt::format("a POST has died before its operation {}, and a DELETE {} {}: {}", died,
                           comes ? "meets another POST before its operation" : "dies before its",
                           reached, seen.wrong);
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

// And another: a DELETE takes a conflict for another DELETE.
Task<HttpResponse> takes_a_conflict_for_gone(HttpRequest http, EntityStore& store) {
  if (http.method != HttpMethod::delete_) co_return co_await serve(std::move(http), store);
  const auto request = co_await store.load<Request>(http.target);
  try {
    if (request.exists()) co_await store.erase(request);
  } catch (const VersionConflict&) {
  }
  co_return HttpResponse{204, "", {}};
}

// And another: a DELETE forgets the unfinished charge before the request is gone.
Task<HttpResponse> forgets_what_it_deletes(HttpRequest http, EntityStore& store) {
  if (http.method == HttpMethod::delete_) {
    auto account = co_await store.load<Account>(card_of(http.target));
    if (account.value.unfinished.target == http.target) {
      account.value.unfinished = {};
      co_await store.save(account);
    }
  }
  co_return co_await serve(std::move(http), store);
}

// And another: a POST that comes too late looks at the account first, then at its request, once.
Task<HttpResponse> looks_once_after_a_conflict(HttpRequest http, EntityStore& store) {
  const auto method = http.method;
  const auto target = http.target;
  bool conflict = false;
  try {
    co_return co_await serve(std::move(http), store);
  } catch (const VersionConflict&) {
    if (method != HttpMethod::post) throw;
    conflict = true;
  }
  const auto account = co_await store.load<Account>(card_of(target));
  const auto request = co_await store.load<Request>(target);
  const bool executed = request.exists() && !request.value.answer.empty();
  if (!conflict || !executed || !account.value.unfinished.target.empty()) {
    co_return co_await serve(HttpRequest{method, target, "", {}}, store);
  }
  co_return HttpResponse{200, request.value.answer, {}};
}

// Right: a caller who lost a race is told to come again.
Task<HttpResponse> says_that_it_is_busy(HttpRequest http, EntityStore& store) {
  bool conflict = false;
  try {
    co_return co_await serve(std::move(http), store);
  } catch (const VersionConflict&) {
    conflict = true;
  }
  co_return HttpResponse{conflict ? 503 : 500, "", {{"Retry-After", "1"}}};
}

// And the last: of two PUTs of the same at once, one is refused.
Task<HttpResponse> refuses_the_second_of_two(HttpRequest http, EntityStore& store) {
  const bool puts = http.method == HttpMethod::put;
  bool conflict = false;
  try {
    co_return co_await serve(std::move(http), store);
  } catch (const VersionConflict&) {
    if (!puts) throw;
    conflict = true;
  }
  co_return HttpResponse{conflict ? 409 : 500, "", {}};
}

}  // namespace

TEST_CASE("while another one's POST is under way, each target is answered for itself", "[.exam]") {
  REQUIRE(wrong_beside_another(&serve) == "");
}

TEST_CASE("whatever comes while a POST is under way, it is executed once or not at all",
          "[.exam]") {
  REQUIRE(wrong_beside_its_own(&serve) == "");
}

TEST_CASE("whoever answers a POST leaves nothing unfinished, whoever has saved and died meanwhile",
          "[.exam]") {
  REQUIRE(wrong_after_another_save(&serve) == "");
}

TEST_CASE("two calls at once do what they do one after the other", "[.exam]") {
  REQUIRE(wrong_together(&serve) == "");
}

TEST_CASE("whatever becomes of a DELETE, its request is executed once or not at all", "[.exam]") {
  REQUIRE(wrong_after_a_delete(&serve) == "");
}

// What these tests find and let pass. They plant it around a service that is right, so `prove`
// leaves them out: around another one they say nothing of it.
TEST_CASE("a service that answers for another target, or writes back what was deleted, is found",
          "[.planted]") {
  CHECK(wrong_beside_another(&gets_any_unfinished) != "");
  CHECK(wrong_beside_its_own(&gets_any_unfinished) == "");
  CHECK(wrong_beside_another(&writes_back_what_was_deleted) == "");
  CHECK(wrong_beside_its_own(&writes_back_what_was_deleted) != "");
  for (const auto wrong : {&takes_a_conflict_for_gone, &refuses_the_second_of_two}) {
    CHECK(wrong_beside_another(wrong) == "");
    CHECK(wrong_beside_its_own(wrong) == "");
    CHECK(wrong_after_another_save(wrong) == "");
    CHECK(wrong_together(wrong) != "");
  }
  CHECK(wrong_beside_its_own(&forgets_what_it_deletes) == "");
  CHECK(wrong_together(&forgets_what_it_deletes) == "");
  CHECK(wrong_after_a_delete(&forgets_what_it_deletes) != "");
  CHECK(wrong_beside_another(&looks_once_after_a_conflict) == "");
  CHECK(wrong_beside_its_own(&looks_once_after_a_conflict) == "");
  CHECK(wrong_together(&looks_once_after_a_conflict) == "");
  CHECK(wrong_after_another_save(&looks_once_after_a_conflict) != "");
}

TEST_CASE("a service that answers 503 to whoever has lost a race is right", "[.planted]") {
  CHECK(wrong_beside_another(&says_that_it_is_busy) == "");
  CHECK(wrong_beside_its_own(&says_that_it_is_busy) == "");
  CHECK(wrong_after_another_save(&says_that_it_is_busy) == "");
  CHECK(wrong_together(&says_that_it_is_busy) == "");
  CHECK(wrong_after_a_delete(&says_that_it_is_busy) == "");
}
