#include <catch2/catch_test_macros.hpp>

#include "workshop/core/message.hpp"
#include "workshop/testing/explored.hpp"

// A lab in small: its name is lab98, and with CHECKS_FOR_DUPLICATES it is lab98_solution. Run by
// pictures_test.cpp.

using namespace workshop;
using namespace workshop::explore;

namespace {

const Key kCounter{"n", "Counter"};

Task<void> count_round(ProcessContext& context) {
  const auto delivery = co_await context.broker().receive("q");
  const auto document = co_await context.store().get(kCounter);
#ifdef CHECKS_FOR_DUPLICATES
  const bool count = !document;
#else
  const bool count = true;
#endif
  if (count) {
    const auto times = document ? document->body.size() : 0;
    const auto expected = document ? Expected::version(document->version) : Expected::absent();
    co_await context.store().put(kCounter, std::string(times + 1, '1'), expected);
  }
  co_await context.broker().acknowledge(delivery->tag);
}

Scenario counter(std::uint32_t copies) {
  Scenario scenario;
  scenario.queues = {{"q", {}, {}}};
  scenario.processes = {{"counter-1", "counter", "q", count_round}};
  scenario.messages = {{"q", Message{MessageId{"m1"}, "Count", "{}", {}}, copies}};
  scenario.expectations.invariants = {Invariant::exactly_one_effect};
  scenario.expectations.effect_name = "counted";
  scenario.expectations.effects = [](const StoreView& view, const Message& /*message*/) {
    const auto document = view.find(kCounter);
    return document ? static_cast<int>(document->body.size()) : 0;
  };
  scenario.bounds.faults_max = 0;
  return scenario;
}

}  // namespace

TEST_CASE("a message, [twice] or \"more\" often, is counted once", "[step1]") {
  REQUIRE_EXPLORED(explore_in_test(counter(1)));
  REQUIRE_EXPLORED(explore_in_test(counter(2)));
}

TEST_CASE("another test explores as well", "[step1]") {
  REQUIRE_EXPLORED(explore_in_test(counter(1)));
}
