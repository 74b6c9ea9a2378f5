// A test program of its own, because only the end of the program ends a handler that spins.
// spin_test.cpp runs it.
#include <catch2/catch_test_macros.hpp>

#include "reference_space.hpp"
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
