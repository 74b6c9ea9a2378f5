#include "workshop/testing/broker_conformance.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <map>
#include <set>

#include "broker/fixtures.hpp"
#include "broker/planted_broker.hpp"
#include "workshop/broker/in_process_broker.hpp"

namespace workshop {
namespace {

void declare(InProcessBroker& broker, const BrokerSetup& setup) {
  for (const auto& [name, options] : setup.queues) broker.declare_queue(name, options);
  for (const auto& [topic, queue] : setup.subscriptions) broker.subscribe(topic, queue);
}

BrokerFactory in_memory() {
  return [](const BrokerSetup& setup) {
    const auto clock = std::make_shared<SimulatedClock>();
    // The deleter keeps the clock alive as long as the broker.
    const std::shared_ptr<InProcessBroker> broker(new InProcessBroker(*clock),
                                                  [clock](InProcessBroker* dead) { delete dead; });
    declare(*broker, setup);
    return BrokerUnderTest{broker, [clock](auto by) { clock->advance(by); }};
  };
}

/// `redeclare`: the restarted program declares its queues again, as programs usually do; otherwise
/// it relies on the journal.
BrokerFactory with_journal(bool redeclare) {
  return [redeclare](const BrokerSetup& setup) {
    const auto clock = std::make_shared<SimulatedClock>();
    const auto folder = std::make_shared<TemporaryFolder>();
    const auto open = [clock, folder] {
      return std::shared_ptr<InProcessBroker>(
          new InProcessBroker(*clock, {folder->path() / "journal.db"}),
          [clock, folder](InProcessBroker* dead) { delete dead; });
    };
    const auto broker = open();
    declare(*broker, setup);
    return BrokerUnderTest{broker, [clock](auto by) { clock->advance(by); },
                           [open, setup, redeclare](std::shared_ptr<Broker> dead) {
                             dead.reset();
                             const auto again = open();
                             if (redeclare) declare(*again, setup);
                             return again;
                           }};
  };
}

BrokerFactory planted(BrokerFault fault) {
  return [fault](const BrokerSetup& setup) {
    const auto clock = std::make_shared<SimulatedClock>();
    const std::shared_ptr<PlantedBroker> broker(new PlantedBroker(*clock, setup, fault),
                                                [clock](PlantedBroker* dead) { delete dead; });
    return BrokerUnderTest{broker, [clock](auto by) { clock->advance(by); },
                           [](std::shared_ptr<Broker> dead) {
                             dynamic_cast<PlantedBroker&>(*dead).restart();
                             return dead;
                           }};
  };
}

constexpr BrokerFeatures kAll{.durable = true, .ordered = true, .keeps_failures = true};

TEST_CASE("the in-process broker conforms", "[broker][threads]") {
  const auto failures = broker_conformance(in_memory(), {.ordered = true, .keeps_failures = true});
  CHECK(describe(failures) == "");
}

TEST_CASE("the in-process broker with a journal conforms", "[broker][threads]") {
  const bool redeclare = GENERATE(true, false);
  auto features = kAll;
  features.thread_messages_count = 10;
  const auto failures = broker_conformance(with_journal(redeclare), features);
  CHECK(describe(failures) == "");
}

TEST_CASE("the plain broker without a fault conforms", "[broker]") {
  const auto failures = broker_conformance(planted(BrokerFault::none), kAll);
  CHECK(describe(failures) == "");
}

TEST_CASE("a feature that is not offered is not tested", "[broker]") {
  const auto all = broker_conformance_properties(kAll);
  const auto few = broker_conformance_properties(
      {.delayed_delivery = false, .renewal = false, .threads = false});
  CHECK(all.size() == few.size() + 13);
  CHECK(std::set(all.begin(), all.end()).size() == all.size());
}

/// The sentence with which the suite must report each fault.
const std::map<BrokerFault, std::string> kExpected = {
    {BrokerFault::forgets_headers, "a message is received with its id, type, body and headers"},
    {BrokerFault::cuts_body_at_nul, "a body is kept byte for byte"},
    {BrokerFault::cuts_large_body, "a body is kept byte for byte"},
    {BrokerFault::lease_does_not_hide, "a lease hides the message"},
    {BrokerFault::acknowledge_keeps_message, "an acknowledged message is gone"},
    {BrokerFault::acknowledge_settles_the_first,
     "an acknowledgement settles its own delivery alone"},
    {BrokerFault::tag_is_the_message, "every delivery has its own tag"},
    {BrokerFault::settles_twice, "a delivery is settled once"},
    {BrokerFault::abandoned_tag_settles, "a tag is stale after abandon"},
    {BrokerFault::expired_tag_settles, "a tag is stale after its lease expired"},
    {BrokerFault::stale_tag_settles_next, "a stale tag does not settle the next delivery"},
    {BrokerFault::unknown_tag_ignored, "a tag that nobody was given is LeaseLost"},
    {BrokerFault::loses_on_abandon, "an abandoned message is visible at once"},
    {BrokerFault::abandon_waits_for_lease, "an abandoned message is visible at once"},
    {BrokerFault::abandon_uncounted, "an abandoned delivery counts"},
    {BrokerFault::delivers_the_reason,
     "a message abandoned for a reason comes again as it was sent"},
    {BrokerFault::loses_on_expiry, "a message is visible again when its lease has expired"},
    {BrokerFault::crash_uncounted, "a crash counts as a delivery"},
    {BrokerFault::renew_does_nothing, "renew extends a running lease"},
    {BrokerFault::renew_adds_to_the_end, "renew counts from now"},
    {BrokerFault::renews_expired, "an expired lease is never renewed"},
    {BrokerFault::one_lease_time_for_all, "each queue has its own lease time"},
    {BrokerFault::deliveries_max_plus_one,
     "a message is dead-lettered after exactly deliveries_max abandons"},
    {BrokerFault::deliveries_max_minus_one,
     "a message is dead-lettered after exactly deliveries_max abandons"},
    {BrokerFault::never_dead_letters_crashes,
     "a message is dead-lettered after exactly deliveries_max crashes"},
    {BrokerFault::dead_letters_while_leased, "the last delivery can be acknowledged"},
    {BrokerFault::dead_letter_new_id, "a dead letter keeps its id, body and headers"},
    {BrokerFault::dead_letter_forgets_headers, "a dead letter keeps its id, body and headers"},
    {BrokerFault::dead_letter_without_reason, "a dead letter says why"},
    {BrokerFault::keeps_no_failure, "a dead letter tells the last reason why it was abandoned"},
    {BrokerFault::keeps_the_first_failure,
     "a dead letter tells the last reason why it was abandoned"},
    {BrokerFault::keeps_failures_of_the_redriven,
     "a dead letter tells the last reason why it was abandoned"},
    {BrokerFault::dead_letters_are_lost, "a dead-letter queue is a queue that loses nothing"},
    {BrokerFault::redrive_moves_one, "redrive moves all dead letters of its queue and counts them"},
    {BrokerFault::redrive_keeps_reason, "a redriven message is as it was sent"},
    {BrokerFault::redrive_keeps_failure, "a redriven message is as it was sent"},
    {BrokerFault::redrive_keeps_count, "a redriven message counts anew"},
    {BrokerFault::publish_to_first_only, "publish reaches every subscription"},
    {BrokerFault::publish_without_subscription_fails, "publish reaches every subscription"},
    {BrokerFault::deduplicates, "the broker does not deduplicate"},
    {BrokerFault::queues_are_one, "queues are separate"},
    {BrokerFault::creates_unknown_queue, "an unknown queue is InvalidRequest"},
    {BrokerFault::ignores_delay, "a delay hides the message"},
    {BrokerFault::accepts_negative_delay, "a negative delay is InvalidRequest"},
    {BrokerFault::newest_first, "messages come in the order in which they were sent"},
    {BrokerFault::sends_eagerly, "an operation that is not awaited does nothing"},
    {BrokerFault::receives_twice_under_load, "each of many threads' messages is received once"},
    {BrokerFault::restart_loses_messages, "messages survive a restart"},
    {BrokerFault::restart_revives_acknowledged, "messages survive a restart"},
    {BrokerFault::restart_keeps_leases, "leases end with a restart and counts are kept"},
    {BrokerFault::restart_forgets_counts, "leases end with a restart and counts are kept"},
    {BrokerFault::restart_loses_dead_letters, "dead letters survive a restart"},
    {BrokerFault::restart_ends_delays, "a delay survives a restart"},
    {BrokerFault::restart_forgets_failures, "the last reason survives a restart"},
};

TEST_CASE("the suite finds every planted fault under its own sentence", "[broker]") {
  for (const auto& [fault, property] : kExpected) {
    const auto failures = broker_conformance(planted(fault), kAll);
    INFO("fault " << static_cast<int>(fault) << "\n" << describe(failures));
    CHECK(std::any_of(failures.begin(), failures.end(), [&](const ConformanceFailure& failure) {
      return failure.property == property;
    }));
  }
}

TEST_CASE("every sentence of the suite is broken by a planted fault", "[broker]") {
  std::set<std::string> broken;
  for (const auto& [fault, property] : kExpected) broken.insert(property);
  for (const auto& property : broker_conformance_properties(kAll)) {
    INFO(property);
    CHECK(broken.contains(property));
  }
  CHECK(kExpected.size() == static_cast<std::size_t>(BrokerFault::restart_forgets_failures));
}

}  // namespace
}  // namespace workshop
