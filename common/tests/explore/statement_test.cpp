#include "workshop/explore/world/statement.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "workshop/core/json.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::explore;
using Catch::Matchers::ContainsSubstring;

namespace {

const Key kSent{"counters", "sent"};
const Key kReceived{"counters", "received"};

int value_of(const std::optional<Document>& document) {
  return document ? from_json<int>(document->body) : 0;
}

std::string increment(StatementScope& scope, const Key& key) {
  const auto next = std::to_string(value_of(scope.get(key)) + 1);
  scope.put(key, next);
  return next;
}

// Counts and sends in one statement; whoever loses the answer gives up.
Task<void> send_one(ProcessContext& context) {
  const Message message{MessageId::random(), "Counted", "{}", {}};
  try {
    co_await run_statement(context.store(), "count and send", message.id.value,
                           [message](StatementScope& scope) {
                             auto count = increment(scope, kSent);
                             scope.send("counted", message);
                             return count;
                           });
  } catch (const Error&) {
  }
}

// The same in steps of the contracts: a load, and a blind save.
Task<void> count_in_steps(ProcessContext& context) {
  const auto count = value_of(co_await context.store().get(kSent));
  co_await context.store().put(kSent, std::to_string(count + 1), Expected::any());
}

// What it cannot count or acknowledge comes again.
Task<void> receive_one(ProcessContext& context) {
  const auto delivery = co_await context.broker().receive("counted");
  try {
    co_await run_statement(context.store(), "count the received", delivery->message.id.value,
                           [](StatementScope& scope) { return increment(scope, kReceived); });
    co_await context.broker().acknowledge(delivery->tag);
  } catch (const Error&) {
  }
}

Scenario with_two(Round round, Faults faults, std::uint32_t faults_max) {
  Scenario scenario;
  scenario.queues.push_back({"counted", {}, {}});
  for (const auto* name : {"a", "b"}) {
    scenario.processes.push_back({name, name, "", round, false});
  }
  scenario.bounds.faults = faults;
  scenario.bounds.faults_max = faults_max;
  return scenario;
}

std::optional<Violation> unless_equal(int expected, int got) {
  if (expected == got) return std::nullopt;
  return Violation{"lost effect", std::to_string(expected), std::to_string(got)};
}

}  // namespace

TEST_CASE("nobody else runs within a statement") {
  auto scenario = with_two(&send_one, {}, 0);
  scenario.expectations.at_quiescence = [](const StoreView& view) {
    return unless_equal(2, value_of(view.find(kSent)));
  };
  CHECK(explore::explore(scenario).holds());

  scenario = with_two(&count_in_steps, {}, 0);
  scenario.expectations.at_quiescence = [](const StoreView& view) {
    return unless_equal(2, value_of(view.find(kSent)));
  };
  CHECK_FALSE(explore::explore(scenario).holds());
}

TEST_CASE("a statement changes store and queues together, or neither") {
  auto scenario = with_two(&send_one, {Fault::crash, Fault::refused, Fault::unanswered}, 2);
  scenario.processes.push_back({"receiver", "receiver", "counted", &receive_one});
  int most = 0;
  int least = 2;
  scenario.expectations.at_quiescence = [&](const StoreView& view) -> std::optional<Violation> {
    const auto sent = value_of(view.find(kSent));
    const auto received = value_of(view.find(kReceived));
    most = std::max(most, sent);
    least = std::min(least, sent);
    // A receiver that was hit itself may count a message twice, never one that was not sent.
    if (sent > 0 || received == 0) return std::nullopt;
    return Violation{"ghost message", "nothing was sent", "something was received"};
  };
  CHECK(explore::explore(scenario).holds());
  CHECK(least == 0);
  CHECK(most == 2);

  scenario.bounds.faults = {};
  scenario.expectations.at_quiescence = [](const StoreView& view) {
    return unless_equal(value_of(view.find(kSent)), value_of(view.find(kReceived)));
  };
  CHECK(explore::explore(scenario).holds());
}

TEST_CASE("a statement that fails after a change is a mistake of its author") {
  auto scenario = with_two(
      [](ProcessContext& context) -> Task<void> {
        co_await run_statement(context.store(), "change and fail", {}, [](StatementScope& scope) {
          scope.put(kSent, "1");
          throw VersionConflict("too late");
          return std::string();
        });
      },
      {}, 0);
  const auto verdict = explore::explore(scenario);
  REQUIRE_FALSE(verdict.holds());
  CHECK_THAT(verdict.failure->violation->got, ContainsSubstring("failed after a change: too late"));
}

TEST_CASE("a statement runs in an exploration only") {
  SqliteStore store;
  CHECK_THROWS_AS(run_statement(store, "count", {}, [](StatementScope&) { return std::string(); }),
                  InvalidRequest);
}
