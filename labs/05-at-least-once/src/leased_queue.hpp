#pragma once

#include <boost/describe.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workshop/broker/broker.hpp"
#include "workshop/core/message.hpp"
#include "workshop/core/task.hpp"

namespace workshop {

class DatabaseQueue;
class WrappingStation;

/// Points in time are milliseconds here: `now_ms`, `visible_at_ms`. A lease that ends at 30000 is
/// still valid at 29999, and has expired at 30000. Each lease ends at a time that they can say.
using Milliseconds = std::int64_t;

/// A message's place in the queue.
struct Entry {
  Message message;
  std::string tag;                   ///< of its latest delivery; "" before the first one
  Milliseconds visible_at_ms = 0;    ///< the end of its lease: until then nobody else receives it
  std::uint32_t delivery_count = 0;  ///< how often it was delivered

  friend bool operator==(const Entry&, const Entry&) = default;
};
BOOST_DESCRIBE_STRUCT(Entry, (), (message, tag, visible_at_ms, delivery_count))

/// A queue: one document of the database. It contains a message twice if it was sent twice.
struct Queue {
  std::vector<Entry> entries;         ///< in the order in which they were sent
  std::vector<Message> dead_letters;  ///< given up, for a person to look at

  friend bool operator==(const Queue&, const Queue&) = default;
};
BOOST_DESCRIBE_STRUCT(Queue, (), (entries, dead_letters))

// You write everything below this line, in leased_queue.cpp: five rules, and two coroutines.
//
// The five rules of the queue. Each is an ordinary function that changes the queue in memory. It is
// called with the queue as it is in the database, and the result is saved by compare-and-swap. When
// another worker was faster, the function is called again with the queue as it is then. After an
// exception nothing is saved.
//
// A tag is a text, not empty, that names one delivery and never another one, of whatever message,
// in whatever process, also after a redrive or a restart. The text has no meaning.
//
// A tag is stale when its lease has ended: by an acknowledge, by an abandon, by expiry (even if no
// other worker has the message yet), or by a later delivery.

/// Delivers the first visible message and leases it for `options.lease_ms` under a tag that no
/// delivery has had before, or returns nothing when no message is visible. The message keeps its
/// place. `Delivery::queue` may stay empty: the queue has no name here.
///
/// A visible message that was delivered `options.deliveries_max` times is not delivered again: it
/// moves to the dead letters as it was sent, with its id, and the next message is considered.
std::optional<Delivery> receive(Queue& queue, const QueueOptions& options, Milliseconds now_ms);

/// Settles a delivery: its entry leaves the queue. Throws LeaseLost when the tag is stale.
void acknowledge(Queue& queue, const LeaseTag& tag, Milliseconds now_ms);

/// Gives a delivery back: its message is visible at once. Throws LeaseLost when the tag is stale.
void abandon(Queue& queue, const LeaseTag& tag, Milliseconds now_ms);

/// Makes the lease end `options.lease_ms` from now. The job calls this while it works, as `wrap`
/// does; neither `work` nor the queue renews anything by itself. Throws LeaseLost when the tag is
/// stale: an expired lease cannot be renewed.
void renew(Queue& queue, const QueueOptions& options, const LeaseTag& tag, Milliseconds now_ms);

/// Puts all dead letters back, behind the messages that wait, visible, as if they had never been
/// delivered. Returns how many.
std::size_t redrive(Queue& queue);

/// The work for a delivered message. Throws when it fails.
using Job = std::function<Task<void>(const Delivery&)>;

/// One round of a worker: receives a message, does the job, and acknowledges or abandons the
/// delivery, so that the message is lost nowhere. When the job throws, the message is visible again
/// at once. Returns false when there was no message.
///
/// Exceptions of the job do not leave the function, nor does LeaseLost, because another worker has
/// the message then, or will have it. Other errors of the queue do. `queue` and `job` must outlive
/// the task.
Task<bool> work(DatabaseQueue& queue, const Job& job);

/// A command: wrap the order's gifts.
struct WrapOrder {
  std::string order_id;
  std::vector<std::string> gifts;
};
BOOST_DESCRIBE_STRUCT(WrapOrder, (), (order_id, gifts))

/// The job for a `WrapOrder`, which takes longer than a lease if there are many gifts: wraps one
/// gift after the other, and keeps the lease as long as the work goes on. After losing the lease it
/// wraps no further gift: LeaseLost leaves this function, and so does any other error, of the
/// renewal or of the station. All arguments must outlive the task.
Task<void> wrap(const Delivery& delivery, DatabaseQueue& queue, WrappingStation& station);

}  // namespace workshop
