#pragma once

#include <cstdint>
#include <vector>

#include "workshop/broker/queue_entries.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {

/// The messages of an InProcessBroker with their leases and counts: a plain value. A copy shares
/// the messages themselves. Queues and subscriptions, which a run declares once, are not part of
/// it.
struct BrokerState {
  std::vector<QueueEntries> queues;  ///< by queue number; a dead-letter queue follows its queue
  std::uint64_t next_sequence = 1;   ///< of the next entry (LeaseTagParts)
  Timestamp next_due = Timestamp::max();  ///< no entry is due before; an entry due may be later
};

}  // namespace workshop
