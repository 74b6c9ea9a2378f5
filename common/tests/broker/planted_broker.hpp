#pragma once

#include <list>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/testing/broker_conformance.hpp"

namespace workshop {

/// One mistake that a broker can make.
enum class BrokerFault {
  none,
  forgets_headers,
  cuts_body_at_nul,
  cuts_large_body,
  lease_does_not_hide,
  acknowledge_keeps_message,
  acknowledge_settles_the_first,
  tag_is_the_message,  // every delivery of a message has the same tag
  settles_twice,
  abandoned_tag_settles,
  expired_tag_settles,
  stale_tag_settles_next,
  unknown_tag_ignored,
  loses_on_abandon,
  abandon_waits_for_lease,
  abandon_uncounted,
  delivers_the_reason,
  loses_on_expiry,
  crash_uncounted,
  renew_does_nothing,
  renew_adds_to_the_end,
  renews_expired,
  one_lease_time_for_all,
  deliveries_max_plus_one,
  deliveries_max_minus_one,
  never_dead_letters_crashes,
  dead_letters_while_leased,
  dead_letter_new_id,
  dead_letter_forgets_headers,
  dead_letter_without_reason,
  keeps_no_failure,
  keeps_the_first_failure,
  keeps_failures_of_the_redriven,
  dead_letters_are_lost,
  redrive_moves_one,
  redrive_keeps_reason,
  redrive_keeps_failure,
  redrive_keeps_count,
  publish_to_first_only,
  publish_without_subscription_fails,
  deduplicates,
  queues_are_one,
  creates_unknown_queue,
  ignores_delay,
  accepts_negative_delay,
  newest_first,
  sends_eagerly,
  receives_twice_under_load,
  restart_loses_messages,
  restart_revives_acknowledged,
  restart_keeps_leases,
  restart_forgets_counts,
  restart_loses_dead_letters,
  restart_ends_delays,
  restart_forgets_failures,
};

/// A second, plain implementation of Broker that keeps all promises with `none`, and otherwise
/// breaks the one that the fault names. It shows that the conformance suite finds the fault, and
/// that the suite does not depend on one implementation.
class PlantedBroker final : public Broker {
 public:
  PlantedBroker(const Clock& clock, const BrokerSetup& setup, BrokerFault fault);

  /// Does what a crash and a restart from a durable journal would do.
  void restart();

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override;
  Task<void> publish(std::string topic, Message message) override;
  Task<std::optional<Delivery>> receive(std::string queue) override;
  Task<void> acknowledge(LeaseTag tag) override;
  Task<void> abandon(LeaseTag tag, std::string reason) override;
  Task<void> renew(LeaseTag tag) override;
  Task<std::size_t> redrive(std::string queue) override;

 private:
  struct Item {
    Message message;
    int number = 0;
    std::string tag = {};
    std::vector<std::string> old_tags = {};
    Timestamp due = {};
    bool leased = false;
    std::uint32_t count = 0;
    std::string failure = {};
  };
  struct Queue {
    QueueOptions options;
    bool dead_letters = false;
    std::list<Item> items = {};
  };
  struct Found {
    std::string name;
    Queue* queue;
    std::list<Item>::iterator item;
  };

  bool is(BrokerFault fault) const { return fault_ == fault; }
  Queue& queue(const std::string& name);
  void add(const std::string& name, Message message, Timestamp due);
  Found find(const LeaseTag& tag);
  void expire();
  void give_back(const std::string& name, std::list<Item>::iterator item);
  Task<void> send_later(std::string queue, Message message, std::chrono::milliseconds delay);
  void send_now(const std::string& queue, const Message& message, std::chrono::milliseconds delay);

  const Clock& clock_;
  BrokerFault fault_;
  std::mutex mutex_;
  std::map<std::string, Queue> queues_;
  std::vector<BrokerSetup::Subscription> subscriptions_;
  std::vector<std::pair<std::string, Message>> acknowledged_;
  int numbers_ = 0;
};

}  // namespace workshop
