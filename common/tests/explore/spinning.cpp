// A test program of its own, because only the end of the program ends a handler that spins.
// spin_test.cpp runs it.
#include <catch2/catch_test_macros.hpp>

#include "reference_space.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/explored.hpp"

using namespace workshop;
using namespace workshop::explore;
using namespace workshop::explore::reference;

namespace {

volatile bool never = false;

Task<void> spins(const Deposit& command, HandlerContext& context) {
  auto account = co_await context.store().load<Account>(command.account);
  while (account.exists() && !never) {
    // The account exists already. This waits until it does not, but never loads it again.
  }
  account.value.balance += command.amount;
  account.value.processed.insert(context.message().id.value);
  co_await context.store().save(account);
}

Task<void> always_spins(const Deposit& command, HandlerContext& context) {
  co_await context.store().load<Account>(command.account);
  while (!never) {
  }
}

// A handler as a test runs it by itself, without the explorer.
void handle_alone(Task<void> (*handler)(const Deposit&, HandlerContext&)) {
  SystemClock clock;
  InProcessBroker broker(clock);
  SqliteStore store;
  const Deposit deposit{"account-1", 1};
  HandlerContext context("accounts", Delivery{"accounts", make_message(deposit, {"m1"}), {}, 1},
                         store, broker);
  run_inline(handler(deposit, context));
}

Task<void> loads_for_ever(const Deposit& command, HandlerContext& context) {
  while (!never) {
    try {
      co_await context.store().load<Account>(command.account);
    } catch (...) {  // it does not let itself be stopped
    }
  }
}

}  // namespace

TEST_CASE("a test before it passes") { CHECK(true); }

TEST_CASE("the second deposit is made") {
  auto scenario = outbox(2, true, &spins);
  scenario.expectations.outputs.clear();
  REQUIRE_EXPLORED(explore_in_test(scenario));
}

TEST_CASE("a test after it never runs") { CHECK(true); }

// Hidden: it is run alone.
TEST_CASE("no deposit is made", "[.]") {
  auto scenario = outbox(1, true, &always_spins);
  scenario.expectations.outputs.clear();
  REQUIRE_EXPLORED(explore_in_test(scenario));
}

TEST_CASE("a deposit is made alone", "[.]") { handle_alone(&always_spins); }

TEST_CASE("an account is loaded alone", "[.]") { handle_alone(&loads_for_ever); }
TEST_CASE("what is after that runs", "[.]") { CHECK(true); }
