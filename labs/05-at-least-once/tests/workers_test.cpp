#include "workers.hpp"

#include <catch2/catch_test_macros.hpp>

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;

namespace {

int wrapped(const StoreView& view, const Message& message) {
  return times_wrapped(view, message.id.value);
}

// A queue can promise "at least once", so more than once is not a failure.
int wrapped_at_least_once(const StoreView& view, const Message& message) {
  return std::min(wrapped(view, message), 1);
}

GiftShop orders(int count, int (*effect)(const StoreView&, const Message&)) {
  std::vector<Message> messages;
  for (int i = 1; i <= count; ++i) messages.push_back(order("m" + std::to_string(i)));
  auto shop = queue_of(messages);
  shop.scenario().expectations.effects = effect;
  shop.scenario().expectations.effect_name = "wrapped";
  return shop;
}

}  // namespace

TEST_CASE("while no lease expires every message is handled once", "[step1]") {
  auto scenario = orders(2, &wrapped)
                      .with_client("worker-1", works_once(kOptions))
                      .with_client("worker-2", works_once(kOptions))
                      .up_to(0, 2)
                      .and_no_further();  // who dies is not replaced here

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("no message is lost wherever a worker dies", "[step1]") {
  auto scenario = orders(2, &wrapped_at_least_once)
                      .with_client("worker", works_once(kOptions), true)
                      .with_client("night", works_to_the_last(kOptions), true)
                      .with_faults({Fault::crash})
                      .up_to(1, 1);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

TEST_CASE("no message is lost whatever is refused or unanswered", "[step1]") {
  auto scenario = orders(1, &wrapped_at_least_once)
                      .with_client("worker", works_once(kOptions), true)
                      .with_client("night", works_to_the_last(kOptions), true)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(2, 0);

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}

// These take longer, so they are not part of the lab: run them with the program's argument
// "[proof]".
namespace {

GiftShop with_all_faults(int messages_count, std::uint32_t faults, std::uint32_t preemptions) {
  auto scenario = orders(messages_count, &wrapped_at_least_once)
                      .with_client("worker", works_once(kOptions), true)
                      .with_client("night", works_to_the_last(kOptions), true)
                      .with_faults({Fault::crash, Fault::refused, Fault::unanswered})
                      .up_to(faults, preemptions);
  scenario.scenario().bounds.time_max = std::chrono::minutes{10};
  return scenario;
}

}  // namespace

TEST_CASE("one message, two faults of any kind, two preemptions", "[.][proof]") {
  REQUIRE_EXPLORED(with_all_faults(1, 2, 2).holds(exactly_one_effect, no_garbage));
}

TEST_CASE("two messages, two faults of any kind, one preemption", "[.][proof]") {
  REQUIRE_EXPLORED(with_all_faults(2, 2, 1).holds(exactly_one_effect, no_garbage));
}
