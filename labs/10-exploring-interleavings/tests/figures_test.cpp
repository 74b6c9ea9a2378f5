#include <fmt/format.h>

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <future>
#include <random>
#include <vector>

#include "handlers.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/shop/order_checks.hpp"
#include "workshop/testing/report.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

constexpr int kRuns = 100;

/// Two payments of one order, two handlers, and what a test can look at when all is quiet.
explore::Scenario two_payments(PaymentsHandler handler) {
  auto shop = gift_shop("payments")
                  .handles<BookPayment>(handler)
                  .with("order-1", Order{})
                  .effect<BookPayment>("booked", times_booked<Order>)
                  .emits<PaymentBooked, BookPayment>()
                  .emits<ReceiptIssued, BookPayment>()
                  .deliver(BookPayment{"order-1", 1}, to_handlers(2))
                  .deliver(BookPayment{"order-1", 10}, to_handlers(2));
  shop.scenario().expectations.invariants = {exactly_one_effect, no_lost_message};
  return shop.scenario();
}

/// Whether a test fails that sends two payments, waits until all is quiet, and looks at the result.
/// There are no faults. After one operation in `calm`, on average, another handler goes on, if one
/// can.
bool fails_once(explore::Execution& execution, std::mt19937& random, std::uint32_t calm) {
  execution.return_to(0);
  for (;;) {
    const auto& choices = execution.choices({});
    if (choices.empty()) break;
    const bool switches = choices.size() > 1 && random() % calm == 0;
    execution.take(switches ? choices[1 + random() % (choices.size() - 1)] : choices.front());
  }
  execution.judge_rest();
  return execution.broken();
}

int failures_of(PaymentsHandler handler, std::uint32_t calm) {
  const auto scenario = two_payments(handler);
  explore::Execution execution(scenario, scenario.messages.size());
  std::mt19937 random(20241224);
  int failures = 0;
  for (int run = 0; run < kRuns; ++run) failures += fails_once(execution, random, calm) ? 1 : 0;
  return failures;
}

/// Every interleaving of two handlers, each with a message about an order of its own.
Verdict explore_interleavings(bool prune) {
  auto shop = gift_shop("payments")
                  .handles<BookPayment>(&correct_handler)
                  .with("order-1", Order{})
                  .with("order-2", Order{})
                  .effect<BookPayment>("booked", times_booked<Order>)
                  .deliver(BookPayment{"order-1", 1})
                  .and_endpoint("payments-by-mail")
                  .handles<BookPayment>(&correct_handler)
                  .deliver(BookPayment{"order-2", 1})
                  .all_messages_at_once()
                  .up_to(0, explore::kUnlimitedPreemptions);
  shop.scenario().search.prune_by_digest = prune;
  return explore::explore(shop.scenario());
}

}  // namespace

TEST_CASE("two handlers of seven steps have 3432 interleavings", "[given]") {
  const auto all = explore_interleavings(false);
  const auto pruned = explore_interleavings(true);
  testing::report_exploration("one by one: " + all.report.to_string());
  testing::report_exploration("equal states once: " + pruned.report.to_string());
  REQUIRE(all.report.counts.executions_count == 3432);
  REQUIRE(all.report.ended == explore::Ended::exhausted);
  REQUIRE(pruned.report.counts.executions_count < 200);
}

TEST_CASE("a test that waits and asserts finds no planted bug reliably", "[given]") {
  const std::vector<PaymentsHandler> bugs = {&planted_bug_1, &planted_bug_2, &planted_bug_3,
                                             &planted_bug_4, &planted_bug_5};
  REQUIRE(failures_of(&correct_handler, 2) == 0);
  std::vector<std::future<int>> of_calm;  // worlds share nothing, so they run at the same time
  std::vector<std::future<int>> of_wild;
  for (const auto bug : bugs) {
    of_calm.push_back(std::async(std::launch::async, failures_of, bug, 100));
    of_wild.push_back(std::async(std::launch::async, failures_of, bug, 2));
  }
  for (std::size_t i = 0; i < bugs.size(); ++i) {
    const auto calm = of_calm[i].get();
    const auto wild = of_wild[i].get();
    testing::report_exploration(fmt::format(
        "bug {}: {} of {} runs are red ({} if hands change often)", i + 1, calm, kRuns, wild));
    REQUIRE(calm < kRuns / 10);
    REQUIRE(wild < kRuns);
  }
}
