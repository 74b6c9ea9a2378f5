#include "workshop/explore/world/world.hpp"

#include <fmt/format.h>
#include <sys/time.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <random>

#include "planted.hpp"
#include "workshop/core/todo.hpp"
#include "workshop/explore/explorer.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;
using Catch::Matchers::ContainsSubstring;

namespace {

const Key kWaitedFor{"order-1", "Order"};

Scenario with_process(const std::string& name, Round round, bool restarts = false) {
  Scenario scenario;
  scenario.queues.push_back({"accounts", {}, {"Deposited"}});
  scenario.processes.push_back({name, name, "", std::move(round), restarts});
  return scenario;
}

Task<void> spin(ProcessContext& context) {
  for (;;) co_await context.point();
}

Task<void> hides_in_a_static(ProcessContext& context) {
  static int calls = 0;
  co_await context.store().put(Key{"p", "d"}, std::to_string(++calls), Expected::any());
  co_await context.point();
}

Task<void> draws_its_own_time(ProcessContext& context) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  co_await context.store().put(Key{"p", "d"}, std::to_string(now), Expected::any());
}

// The year in a document: two runs in one second do not differ in it.
template <std::int64_t (*now_s)()>
Task<void> writes_the_year(ProcessContext& context) {
  constexpr std::int64_t kYear_s = 31'556'952;
  const auto year = 1970 + now_s() / kYear_s;
  co_await context.store().put(Key{"p", "d"}, fmt::format("{{\"year\": {}}}", year),
                               Expected::any());
}
std::int64_t now_of_chrono() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}
std::int64_t now_of_time() { return std::time(nullptr); }
std::int64_t now_of_timeofday() {
  struct timeval now{};
  ::gettimeofday(&now, nullptr);
  return now.tv_sec;
}

// Keeps in memory what belongs in the store: a crash should erase it, and does not.
Task<void> remembers_over_crashes(ProcessContext& context) {
  static bool decided = false;
  const bool again = decided;
  co_await context.point();
  decided = true;
  co_await context.point();
  co_await context.store().put(Key{"p", "d"}, again ? "\"again\"" : "\"first\"", Expected::any());
}

Task<void> orders_by_address(ProcessContext& context) {
  const auto place = reinterpret_cast<std::uintptr_t>(&context);
  co_await context.store().put(Key{"p", "d"}, std::to_string(place), Expected::any());
}

Task<void> waits_for_nothing(ProcessContext& context) {
  co_await context.broker().receive("accounts");
  co_await context.broker().receive("silence");
}

// The message comes again when its process has ended, because nobody has settled it.
Task<void> never_settles(ProcessContext& context) {
  co_await context.broker().receive("accounts");
  co_await context.point();
}

int destroyed = 0;
struct WritesWhenDestroyed {
  Store* store;
  ~WritesWhenDestroyed() {
    ++destroyed;
    // A destructor cannot await: an operation that it starts never gets past its scheduling point.
    auto write = store->put(Key{"p", "late"}, "1", Expected::any());
    write.resume();
  }
};

Task<void> with_guard(ProcessContext& context) {
  WritesWhenDestroyed guard{&context.store()};
  co_await context.point();
  co_await context.point();
}

}  // namespace

TEST_CASE("going back and forth leads to the states that going forth alone leads to") {
  const auto& planted = GENERATE(from_range(planted_handlers().begin(), planted_handlers().end()));
  auto scenario = planted_scenario(planted, 3, true);
  scenario.bounds.faults = Faults::all();
  CAPTURE(planted.name);
  std::mt19937 random(42);
  World world(scenario, 3);
  std::vector<Choice> path;
  std::vector<std::uint64_t> digests{world.digest()};
  std::vector<Choice> choices;
  for (int i = 0; i < 400; ++i) {
    world.choices({3, 3}, false, choices);
    if (choices.empty() || world.oracle().violation() || random() % 5 == 0) {
      const auto depth = path.empty() ? 0 : random() % path.size();
      world.return_to(depth);
      path.resize(depth);
      digests.resize(depth + 1);
      REQUIRE(world.digest() == digests.back());
      continue;
    }
    path.push_back(choices[random() % choices.size()]);
    world.take(path.back());
    digests.push_back(world.digest());
  }
  World fresh(scenario, 3);
  for (std::size_t i = 0; i < path.size(); ++i) {
    fresh.take(path[i]);
    REQUIRE(fresh.digest() == digests[i + 1]);
  }
}

TEST_CASE(
    "without further faults everyone has their turn, so a handler that waits for one is no "
    "livelock") {
  Scenario scenario = with_process("writer", [](ProcessContext& context) -> Task<void> {
    co_await context.point();
    co_await context.store(0).put(kWaitedFor, "{}", Expected::absent());
  });
  scenario.stores = {Profile::cosmos()};
  scenario.processes.push_back({"waiter", "waiter", "",
                                [](ProcessContext& context) -> Task<void> {
                                  for (;;) {
                                    if (co_await context.store(0).get(kWaitedFor)) co_return;
                                  }
                                },
                                false});
  Execution execution(scenario, 0);
  for (int i = 0; i < 10; ++i) {
    const auto& choices = execution.choices({});
    execution.take(*std::find_if(choices.begin(), choices.end(),
                                 [](const Choice& choice) { return choice.process == 1; }));
  }
  CHECK(execution.finish(10) == ExecutionEnd::at_rest);
}

TEST_CASE("the schedule of a livelock is what leads to it, and no round of it") {
  auto scenario = with_process("spinner", &spin);
  const auto verdict = explore::explore(scenario);
  REQUIRE_FALSE(verdict.holds());
  CHECK(Schedule::parse(verdict.failure->schedule).steps.empty());
  CHECK(follow(scenario, Schedule::parse(verdict.failure->schedule)).violation ==
        verdict.failure->violation);
}

TEST_CASE("a handler that spins through operations is a livelock, not a hang") {
  auto scenario = with_process("spinner", &spin);
  scenario.bounds.steps_max = 20;
  const auto verdict = explore::explore(scenario);
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == failure::kLivelock);
}

TEST_CASE("a message that is never handled ends in the dead-letter queue, and that is a failure") {
  const auto verdict = explore::explore(outbox(1, true, planted_handlers().back().handle));
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == failure::kDeadLetter);
}

TEST_CASE("a handler that keeps state of its own is found by the double run, with the operation") {
  CHECK_THROWS_WITH(explore::explore(with_process("keeper", &hides_in_a_static)),
                    ContainsSubstring("'keeper'") && ContainsSubstring("save") &&
                        ContainsSubstring("not deterministic: ") &&
                        ContainsSubstring("once \"save d p") &&
                        ContainsSubstring("kept in a static"));
}

TEST_CASE("a handler that reads its own clock is found by the double run") {
  CHECK_THROWS_WITH(explore::explore(with_process("late", &draws_its_own_time)),
                    ContainsSubstring("'late'") && ContainsSubstring("step 1") &&
                        ContainsSubstring("looks like a clock"));
}

#ifdef __GLIBC__
TEST_CASE(
    "a handler that goes by the machine's date is found, since the second run is a year later") {
  const auto before = now_of_time();
  for (auto* const run : {&writes_the_year<&now_of_chrono>, &writes_the_year<&now_of_time>,
                          &writes_the_year<&now_of_timeofday>}) {
    CHECK_THROWS_WITH(explore::explore(with_process("dated", run)),
                      ContainsSubstring("'dated'") && ContainsSubstring("year: ") &&
                          ContainsSubstring("goes by the machine's clock"));
  }
  constexpr std::int64_t kHour_s = 3'600;
  for (const auto after : {now_of_chrono(), now_of_time(), now_of_timeofday()}) {
    CHECK(after - before < kHour_s);  // it is this time again
  }
}
#endif

TEST_CASE("a handler whose memory outlives its crash is found, with the operation that differed") {
  auto scenario = with_process("rememberer", &remembers_over_crashes, true);
  scenario.bounds.faults = {Fault::crash};
  CHECK_THROWS_WITH(explore::explore(scenario), ContainsSubstring("'rememberer'") &&
                                                    ContainsSubstring("step") &&
                                                    ContainsSubstring("most likely a static"));
}

TEST_CASE("a handler that goes by addresses is found by the double run") {
  CHECK_THROWS_AS(explore::explore(with_process("hasher", &orders_by_address)), NonDeterministic);
}

TEST_CASE("a handler that waits for ever with a message in hand is a livelock, not a rest") {
  auto scenario = with_process("waiter", &waits_for_nothing);
  scenario.processes.front().queue = "accounts";
  scenario.queues.push_back({"silence", {}, {}});
  scenario.messages.push_back({"accounts", make_message(Deposit{"a", 1}, MessageId{"m1"}), 1});
  const auto verdict = explore::explore(scenario);
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == failure::kLivelock);
  CHECK_THAT(verdict.failure->violation->got, ContainsSubstring("waits for ever before receive"));
}

TEST_CASE("messages that are redelivered for ever end in the dead-letter queue, or as a livelock") {
  auto scenario = with_process("forgetter", &never_settles);
  scenario.processes.front().queue = "accounts";
  scenario.messages.push_back({"accounts", make_message(Deposit{"a", 1}, MessageId{"m1"}), 1});
  CHECK(explore::explore(scenario).failure->violation->name == failure::kDeadLetter);

  scenario.queues.front().options.deliveries_max = 1'000'000;
  scenario.bounds.steps_max = 50;
  scenario.bounds.faults = {};
  CHECK(explore::explore(scenario).failure->violation->name == failure::kLivelock);
}

TEST_CASE("a crash destroys the handler's frames, and nothing that its destructors do is written") {
  auto scenario = with_process("guarded", &with_guard);
  World world(scenario, 0);
  std::vector<Choice> choices;
  world.take({Decision::proceed, 0, 0, OperationKind::point, 0, 0});
  const auto before = destroyed;
  world.take({Decision::crash, 0, 0, OperationKind::point, 1, 0});
  CHECK(destroyed == before + 1);
  CHECK(world.view().documents().empty());
  world.choices({1, 1}, false, choices);
  CHECK(choices.empty());
}

TEST_CASE("an exception that escapes a process is a failure with its text") {
  const auto verdict =
      explore::explore(with_process("thrower", [](ProcessContext& context) -> Task<void> {
        return [](ProcessContext& inner) -> Task<void> {
          co_await inner.point();
          throw std::runtime_error("out of gifts");
        }(context);
      }));
  REQUIRE_FALSE(verdict.holds());
  CHECK(verdict.failure->violation->name == failure::kUnhandledException);
  CHECK(verdict.failure->violation->got == "out of gifts");
}

TEST_CASE("what a TODO throws passes through the explorer") {
  auto scenario = outbox(1, true, [](const Deposit&, HandlerContext& context) -> Task<void> {
    co_await context.store().load<Account>("a");
    todo(1, "write the handler");
  });
  CHECK_THROWS_AS(explore::explore(scenario), Todo);
}

TEST_CASE("time passes only when nobody can go on, and then a delayed message is received") {
  auto scenario = outbox(1, true);
  scenario.messages_min = 0;
  scenario.processes.push_back({"client", "client", "",
                                [](ProcessContext& context) -> Task<void> {
                                  return [](ProcessContext& inner) -> Task<void> {
                                    co_await inner.broker().send(
                                        "accounts",
                                        make_message(Deposit{"account-1", 1}, MessageId{"later"}),
                                        std::chrono::milliseconds(500));
                                  }(context);
                                },
                                false});
  const auto trace = follow(scenario, Schedule::parse("beef:0@"));
  CHECK_FALSE(trace.violation);
  const auto passed = std::find_if(trace.steps.begin(), trace.steps.end(), [](const auto& step) {
    return step.decision == Decision::advance_time;
  });
  REQUIRE(passed != trace.steps.end());
  CHECK(passed->text() == "time passes: 500 ms");
  CHECK(trace.steps.back().kind == OperationKind::acknowledge);
}

TEST_CASE("each kind of fault is tried, and does what it says") {
  auto scenario = outbox(2, true);
  scenario.bounds.faults = Faults::all();
  const auto told = [&](const char* schedule) {
    const auto trace = follow(scenario, Schedule::parse(schedule));
    CHECK(trace.left_schedule.empty());
    CHECK_FALSE(trace.violation);
    std::string text;
    for (const auto& step : trace.steps) text += step.text() + "\n";
    return text;
  };
  CHECK_THAT(told("beef:1@Arl!c"), ContainsSubstring("CRASH before save") &&
                                       ContainsSubstring("receive Deposit m1 again"));
  CHECK_THAT(told("beef:1@A+r"), ContainsSubstring("receive Deposit m1 (DUPLICATED)"));
  CHECK_THAT(told("beef:2@A^1r"), ContainsSubstring("receive Deposit m2 (OUT OF ORDER)"));
  CHECK_THAT(told("beef:1@Ar~l"),
             ContainsSubstring("the lease expires") && ContainsSubstring(": LeaseLost"));
  CHECK_THAT(told("beef:1@Arlxc"), ContainsSubstring("REFUSED") && ContainsSubstring("abandon"));
  CHECK_THAT(told("beef:1@Arl?c"),
             ContainsSubstring("done, ANSWER LOST") && ContainsSubstring("abandon"));
}

TEST_CASE("messages that handlers publish are received by the queues that subscribe") {
  auto scenario = outbox(1, true);
  scenario.queues.push_back({"audit", {}, {"Deposited"}});
  auto endpoint = std::make_shared<Endpoint>("audit");
  endpoint->on<Deposited>([](const Deposited&, HandlerContext& context) -> Task<void> {
    auto log = co_await context.store().load<Account>("audit");
    log.value.balance += 1;
    co_await context.store().save(log);
  });
  scenario.processes.push_back({"audit-1", "audit", "audit",
                                [endpoint](ProcessContext& context) -> Task<void> {
                                  return [](const Endpoint& to, ProcessContext& in) -> Task<void> {
                                    co_await to.receive_and_handle(in.store(), in.broker());
                                  }(*endpoint, context);
                                },
                                true});
  const auto trace = follow(scenario, Schedule::parse("beef:1@"));
  CHECK_FALSE(trace.violation);
  CHECK(std::count_if(trace.steps.begin(), trace.steps.end(),
                      [](const auto& step) { return step.kind == OperationKind::receive; }) == 2);
}

TEST_CASE("a process that starts again after a crash draws other ids than before") {
  auto scenario = with_process(
      "importer",
      [](ProcessContext& context) -> Task<void> {
        return [](ProcessContext& inner) -> Task<void> {
          const auto id = MessageId::random().value;
          co_await inner.store().put(Key{"ids", id}, "1", Expected::absent());
          co_await inner.point();
        }(context);
      },
      true);
  const auto trace = follow(scenario, Schedule::parse("beef:0@Ac!ycy"));
  CHECK(trace.left_schedule.empty());
  CHECK_FALSE(trace.violation);
  REQUIRE(trace.steps.size() == 4);
  CHECK(trace.steps[0].text() != trace.steps[2].text());
}

TEST_CASE("a process that does nothing has ended, also one that ends with an exception") {
  const auto quiet = with_process("idle", [](ProcessContext&) -> Task<void> { co_return; });
  CHECK(explore::explore(quiet).holds());

  const auto loud = with_process("idle", [](ProcessContext&) -> Task<void> {
    throw InvalidRequest("nothing to do");
    co_return;
  });
  const auto verdict = explore::explore(loud);
  REQUIRE(verdict.failure);
  CHECK(verdict.failure->violation->name == failure::kUnhandledException);
}
