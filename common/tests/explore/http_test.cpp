#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "reference_space.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/explore/world/scheduled_http.hpp"
#include "workshop/shop/gift_shop.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using namespace workshop::shop;
using Catch::Matchers::ContainsSubstring;

namespace {

const Key kCounter{"account-1", "Account"};

// A server that adds one at each POST.
Task<HttpResponse> add_one(HttpRequest request, ProcessContext& context) {
  if (request.method != HttpMethod::post) co_return HttpResponse{405, "", {}};
  EntityStore store(context.store());
  auto account = co_await store.load<Account>("account-1");
  ++account.value.balance;
  co_await store.save(account);
  co_return HttpResponse{200, std::to_string(account.value.balance), {}};
}

Task<HttpResponse> post(ProcessContext& context, std::chrono::milliseconds within) {
  return context.http().request("payments", HttpRequest{HttpMethod::post, "/charges", "", {}},
                                context.deadline(within));
}

Task<void> note(ProcessContext& context, std::string outcome) {
  try {
    co_await context.store().put(Key{"client", "outcome"}, "\"" + outcome + "\"", Expected::any());
  } catch (const Error&) {
    // It was not noted, or its answer was lost: then the client claims nothing.
  }
}

Task<void> asks_once(ProcessContext& context) {
  std::string outcome;
  try {
    outcome = "charged " + (co_await post(context, std::chrono::milliseconds(100))).body;
  } catch (const Unavailable&) {
    outcome = "not charged";
  } catch (const OutcomeUnknown&) {
    outcome = "unknown";
  }
  co_await note(context, outcome);
}

Task<void> asks_again_when_unknown(ProcessContext& context) {
  for (int i = 0; i < 3; ++i) {
    try {
      co_await post(context, std::chrono::milliseconds(100));
      co_return;
    } catch (const Error&) {
      continue;
    }
  }
}

Task<void> says_failed_when_unknown(ProcessContext& context) {
  bool failed = false;
  try {
    co_await post(context, std::chrono::milliseconds(100));
  } catch (const Error&) {
    failed = true;
  }
  if (failed) co_await note(context, "not charged");
}

Task<HttpResponse> never_answers(HttpRequest, ProcessContext& context) {
  co_await context.broker().receive("silence");  // a queue that stays empty
  co_return HttpResponse{};
}

// A request that no process serves, so that the time until its deadline passes.
Task<void> wait_for(ProcessContext& context, std::chrono::milliseconds time) {
  try {
    co_await context.http().request("nobody", HttpRequest{}, context.deadline(time));
  } catch (const OutcomeUnknown&) {
    // The time has passed.
  }
}

Task<HttpResponse> waits_and_notes(HttpRequest request, ProcessContext& context) {
  const auto told = request.headers.at("deadline-ms");
  co_await context.store().put(Key{"told", told}, "\"" + told + "\"", Expected::absent());
  co_await wait_for(context, std::chrono::milliseconds(100));
  co_return HttpResponse{};
}

Task<void> ask_within(ProcessContext& context, std::chrono::milliseconds time) {
  try {
    co_await post(context, time);
  } catch (const Error&) {
    // The server notes the request.
  }
}

Round asks_within(std::chrono::milliseconds time) {
  return [time](ProcessContext& context) { return ask_within(context, time); };
}

Task<void> reads_the_time_twice(ProcessContext& context) {
  const auto before = context.clock().now();
  co_await wait_for(context, std::chrono::milliseconds(100));
  co_await context.point();
  const auto passed = context.clock().now() - before;
  co_await context.store().put(Key{"client", "times"}, "\"" + std::to_string(passed.count()) + "\"",
                               Expected::any());
}

Task<void> makes_points(ProcessContext& context) {
  co_await wait_for(context, std::chrono::milliseconds(100));
  co_await context.point();
  co_await context.point();
}

int charges(const StoreView& view) {
  const auto account = view.entity<Account>("account-1");
  return account ? account->balance : 0;
}

// What the client claims must be true.
std::optional<Violation> honest(const StoreView& view) {
  const auto outcome = view.find(Key{"client", "outcome"});
  const int count = charges(view);
  if (count > 1) return Violation{"charged twice", "at most once", std::to_string(count)};
  if (!outcome) return std::nullopt;
  if (outcome->body == "\"not charged\"" && count != 0) {
    return Violation{"wrong answer", "not charged", "charged"};
  }
  if (outcome->body == "\"charged 1\"" && count != 1) {
    return Violation{"wrong answer", "charged", "not charged"};
  }
  return std::nullopt;
}

GiftShop shop_with(Round client, ServerHandler server = &add_one) {
  GiftShop shop("unused");
  shop.with_server("payments", 2, std::move(server))
      .with_client("client", std::move(client))
      .with_faults(Faults::all())
      .at_rest(&honest);
  shop.scenario().queues.push_back({"silence", {}, {}});
  shop.scenario().messages_min = 0;
  return shop;
}

}  // namespace

TEST_CASE("a client that asks once and says what it knows is honest, whatever fails") {
  auto shop = shop_with(&asks_once);
  const auto verdict = explore::explore(shop.scenario());
  INFO((verdict.failure ? verdict.failure->schedule : ""));
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
  CHECK(verdict.report.counts.executions_count > 10);
}

TEST_CASE("a retry of a request whose answer was lost is found to charge twice") {
  auto shop = shop_with(&asks_again_when_unknown);
  const auto verdict = explore::explore(shop.scenario());
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == "charged twice");
  CHECK(verdict.report.bounds.faults_max == 1);
}

TEST_CASE("a client that calls an unknown outcome a failure is found out") {
  auto shop = shop_with(&says_failed_when_unknown);
  const auto verdict = explore::explore(shop.scenario());
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == "wrong answer");
}

TEST_CASE("a client gets an answer in time although the server hangs: its deadline passes") {
  auto shop = shop_with(&asks_once, &never_answers);
  const auto trace = follow(shop.scenario(), Schedule::parse("beef:0@"));
  CHECK_FALSE(trace.violation);
  std::string text;
  for (const auto& step : trace.steps) text += step.text() + "\n";
  CHECK_THAT(text, ContainsSubstring("time passes: 100 ms") &&
                       ContainsSubstring("the deadline passed") &&
                       ContainsSubstring("save outcome client blindly unknown"));
}

TEST_CASE("a server that dies breaks the connection: the client knows nothing of the outcome") {
  auto shop = shop_with(&asks_once);
  const auto trace = follow(shop.scenario(), Schedule::parse("beef:0@ChAj!l"));
  CHECK(trace.left_schedule.empty());
  std::string text;
  for (const auto& step : trace.steps) text += step.text() + "\n";
  CHECK_THAT(text, ContainsSubstring("the connection broke") &&
                       ContainsSubstring("save outcome client blindly unknown"));
}

TEST_CASE("a lost answer leaves the effect, a refused request leaves none") {
  auto shop = shop_with(&asks_once);
  const auto lost = follow(shop.scenario(), Schedule::parse("beef:0@ChAjlckC?i"));
  CHECK(lost.left_schedule.empty());
  CHECK_FALSE(lost.violation);
  const auto refused = follow(shop.scenario(), Schedule::parse("beef:0@Cxh"));
  CHECK(refused.left_schedule.empty());
  CHECK(refused.steps.size() == 2);
}

TEST_CASE("a server learns what remains of its client's deadline, also after waiting in a queue") {
  GiftShop shop("unused");
  shop.with_server("payments", 1, &waits_and_notes)
      .with_client("first", asks_within(std::chrono::milliseconds(100)))
      .with_client("second", asks_within(std::chrono::milliseconds(300)))
      .at_rest([](const StoreView& view) -> std::optional<Violation> {
        std::string told;
        for (const auto& document : view.documents()) told += document.body + " ";
        // Each request is served for 100 ms. The second one's time has begun before that.
        if (told == "\"100\" \"200\" " || told == "\"0\" \"300\" ") return std::nullopt;
        return Violation{"wrong time", "what remains", told};
      });
  shop.scenario().messages_min = 0;
  shop.up_to(0, 1);
  const auto verdict = explore::explore(shop.scenario());
  INFO((verdict.failure && verdict.failure->violation ? verdict.failure->violation->got : ""));
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
}

TEST_CASE("the longest deadline has not passed at once") {
  GiftShop shop = shop_with(asks_within(std::chrono::milliseconds::max()));
  shop.with_faults(Faults{});
  shop.at_rest([](const StoreView& view) -> std::optional<Violation> {
    if (charges(view) == 1) return std::nullopt;
    return Violation{"not charged", "charged", "not charged"};
  });
  const auto verdict = explore::explore(shop.scenario());
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
}

TEST_CASE("a request whose deadline has passed is not sent") {
  GiftShop shop = shop_with(asks_within(std::chrono::milliseconds(0)));
  shop.at_rest([](const StoreView& view) -> std::optional<Violation> {
    if (charges(view) == 0) return std::nullopt;
    return Violation{"sent", "not sent", "sent"};
  });
  const auto verdict = explore::explore(shop.scenario());
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);
}

TEST_CASE("a process that is run again reads the times that it read before") {
  GiftShop shop("unused");
  shop.with_client("client", &reads_the_time_twice)
      .with_client("other", &makes_points)
      .at_rest([](const StoreView& view) -> std::optional<Violation> {
        const auto noted = view.find(Key{"client", "times"});
        if (noted && noted->body == "\"100\"") return std::nullopt;
        return Violation{"wrong time", "100 ms", noted ? noted->body : "nothing"};
      });
  shop.scenario().messages_min = 0;
  shop.up_to(0, 2);
  const auto verdict = explore::explore(shop.scenario());
  INFO((verdict.failure && verdict.failure->violation ? verdict.failure->violation->got : ""));
  CHECK(verdict.holds());
  CHECK(verdict.report.ended == Ended::exhausted);  // the search and its replays agree
}

TEST_CASE("pruning and no reduction agree on what a network can do") {
  for (const Round& client : {Round(&asks_once), Round(&asks_again_when_unknown)}) {
    auto shop = shop_with(client);
    shop.up_to(1, 1);
    auto& scenario = shop.scenario();
    const auto outcomes = [&](bool prune) {
      Execution execution(scenario, 0);
      std::set<std::string> seen;
      SearchObserver observer;
      observer.stop_at_failure = false;
      observer.at_rest = [&](const World& now) {
        std::string state;
        for (const auto& document : now.view().documents()) state += document.body + ";";
        seen.insert(state + (now.oracle().violation() ? now.oracle().violation()->name : ""));
      };
      Search search(execution, observer);
      Search::Limits limits;
      limits.budget = {1, 1};
      limits.prune = prune;
      limits.executions_max = 2'000'000;
      limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      search.run(limits);
      return seen;
    };
    CHECK(outcomes(true) == outcomes(false));
  }
}
