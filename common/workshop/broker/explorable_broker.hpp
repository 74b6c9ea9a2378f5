#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/broker_state.hpp"
#include "workshop/broker/in_process_broker.hpp"

namespace workshop {

/// An InProcessBroker that an explorer can steer and take back: it chooses which message is
/// received, makes a lease expire or a message come twice, compares states by a digest, and returns
/// to an earlier one.
///
/// Always in memory: what is on the disk of a journal cannot be taken back. Errors and
/// thread-safety as for InProcessBroker.
class ExplorableBroker final : public InProcessBroker {
 public:
  /// One delivery that is not settled yet.
  struct OutstandingLease {
    LeaseTag tag;                            ///< that its receiver has
    std::string queue;                       ///< where the message is
    std::shared_ptr<const Message> message;  ///< shared with the broker's own
    std::uint32_t delivery_count = 0;        ///< this delivery included
    Timestamp expires;                       ///< when others may receive it
  };

  /// `clock` must outlive it.
  explicit ExplorableBroker(const Clock& clock);

  /// All deliveries that are not settled, by queue and position.
  std::vector<OutstandingLease> outstanding_leases() const;
  /// The earliest time at which a lease expires or a delay ends, or nothing.
  std::optional<Timestamp> next_due() const;

  /// Leases the index-th visible message; 0 is the one that `receive` takes. Nothing when there are
  /// not so many.
  std::optional<Delivery> receive_at(const std::string& queue, std::size_t index);

  /// One lease expires, as if time had passed for it alone; the message becomes visible or is
  /// dead-lettered. LeaseLost when the tag is stale.
  void expire_lease(const LeaseTag& tag);

  /// Puts a second copy of the index-th visible message right behind it, with the same id and a
  /// delivery count of its own (zero). InvalidRequest when there are not so many.
  void duplicate(const std::string& queue, std::size_t index);

  /// All messages, counts, leases and delays.
  BrokerState snapshot() const;
  /// The same into `state`, whose memory is used again.
  void snapshot_into(BrokerState& state) const;

  /// The broker is again as it was at the snapshot, and the tags of that time hold again. Queues
  /// declared since are empty. InvalidRequest when the snapshot has queues that this broker has
  /// not.
  void restore(const BrokerState& state);

  /// A digest of all that decides what this broker will do. Equal digests mean: per queue the same
  /// messages (id, type, body, headers) in the same order, with the same delivery counts, leased or
  /// visible or delayed, and the same times left. Lease tags, sequence numbers and the absolute
  /// time do not count, nor do queues and subscriptions, which are declared before, nor why
  /// deliveries were abandoned, which is for people.
  std::uint64_t digest() const;
};

}  // namespace workshop
