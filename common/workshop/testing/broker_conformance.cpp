#include "workshop/testing/broker_conformance.hpp"

#include <fmt/format.h>

#include "workshop/testing/broker_conformance_session.hpp"

namespace workshop {
namespace {

using namespace broker_sentences;

struct Property {
  const char* name;
  void (*test)(Session&);
  bool BrokerFeatures::* needs = nullptr;
};

constexpr Property kProperties[] = {
    {"a message is received with its id, type, body and headers", message_is_kept},
    {"a body is kept byte for byte", bodies_are_kept},
    {"a lease hides the message", lease_hides},
    {"an acknowledged message is gone", acknowledged_is_gone},
    {"an acknowledgement settles its own delivery alone", acknowledge_settles_one},
    {"every delivery has its own tag", tags_are_per_delivery},
    {"a delivery is settled once", settled_twice},
    {"a tag is stale after abandon", stale_after_abandon},
    {"a tag is stale after its lease expired", stale_after_expiry},
    {"a stale tag does not settle the next delivery", stale_tag_spares_new_delivery},
    {"a tag that nobody was given is LeaseLost", unknown_tag},
    {"an abandoned message is visible at once", abandoned_is_visible},
    {"an abandoned delivery counts", abandon_counts},
    {"a message abandoned for a reason comes again as it was sent", reason_is_not_delivered},
    {"a message is visible again when its lease has expired", expired_is_visible},
    {"a crash counts as a delivery", crash_counts},
    {"renew extends a running lease", renew_extends, &BrokerFeatures::renewal},
    {"renew counts from now", renew_from_now, &BrokerFeatures::renewal},
    {"an expired lease is never renewed", renew_never_after_expiry, &BrokerFeatures::renewal},
    {"each queue has its own lease time", leases_per_queue},
    {"a message is dead-lettered after exactly deliveries_max abandons", dead_lettered_by_abandon},
    {"a message is dead-lettered after exactly deliveries_max crashes", dead_lettered_by_expiry},
    {"the last delivery can be acknowledged", last_delivery_acknowledged},
    {"a dead letter keeps its id, body and headers", dead_letter_is_kept},
    {"a dead letter says why", dead_letter_has_reason},
    {"a dead letter tells the last reason why it was abandoned", dead_letter_tells_failure,
     &BrokerFeatures::keeps_failures},
    {"a dead-letter queue is a queue that loses nothing", dead_letter_queue_is_a_queue},
    {"redrive moves all dead letters of its queue and counts them", redrive_moves_all},
    {"a redriven message is as it was sent", redriven_is_as_sent},
    {"a redriven message counts anew", redriven_counts_anew},
    {"publish reaches every subscription", publish_reaches_all},
    {"the broker does not deduplicate", no_deduplication},
    {"queues are separate", queues_are_separate},
    {"an unknown queue is InvalidRequest", unknown_queue},
    {"a delay hides the message", delay_hides, &BrokerFeatures::delayed_delivery},
    {"a negative delay is InvalidRequest", negative_delay, &BrokerFeatures::delayed_delivery},
    {"messages come in the order in which they were sent", sent_order, &BrokerFeatures::ordered},
    {"an operation that is not awaited does nothing", tasks_are_lazy},
    {"each of many threads' messages is received once", threads_share, &BrokerFeatures::threads},
    {"messages survive a restart", reopened_keeps_messages, &BrokerFeatures::durable},
    {"leases end with a restart and counts are kept", reopened_expires_leases,
     &BrokerFeatures::durable},
    {"dead letters survive a restart", reopened_keeps_dead_letters, &BrokerFeatures::durable},
};

constexpr Property kDurableDelay = {"a delay survives a restart", reopened_keeps_delays};
constexpr Property kDurableFailure = {"the last reason survives a restart",
                                      reopened_keeps_failures};

std::vector<Property> properties_of(const BrokerFeatures& features) {
  std::vector<Property> chosen;
  for (const auto& property : kProperties) {
    if (property.needs == nullptr || features.*property.needs) chosen.push_back(property);
  }
  if (features.durable && features.delayed_delivery) chosen.push_back(kDurableDelay);
  if (features.durable && features.keeps_failures) chosen.push_back(kDurableFailure);
  return chosen;
}

BrokerSetup setup_for(const BrokerFeatures& features) {
  const auto queue = [&](const char* name, int lease_units, std::uint32_t deliveries_max) {
    return BrokerSetup::Queue{name, {features.unit_ms * lease_units, deliveries_max}};
  };
  return {{queue("orders", 4, 10), queue("shop", 4, 10), queue("slow", 40, 10),
           queue("strict", 4, 3), queue("once", 4, 1)},
          {{"one", "shop"}, {"two", "orders"}, {"two", "shop"}}};
}

}  // namespace

std::vector<ConformanceFailure> broker_conformance(const BrokerFactory& factory,
                                                   const BrokerFeatures& features) {
  std::vector<ConformanceFailure> failures;
  const auto setup = setup_for(features);
  for (const auto& property : properties_of(features)) {
    try {
      Session session(factory, features, setup);
      property.test(session);
    } catch (const Mismatch& mismatch) {
      failures.push_back({property.name, mismatch.what});
    } catch (const std::exception& error) {
      failures.push_back({property.name, fmt::format("it threw: {}", error.what())});
    }
  }
  return failures;
}

std::vector<std::string> broker_conformance_properties(const BrokerFeatures& features) {
  std::vector<std::string> names;
  for (const auto& property : properties_of(features)) names.emplace_back(property.name);
  return names;
}

}  // namespace workshop
