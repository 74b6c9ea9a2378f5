#include "leased_queue.hpp"

#include <algorithm>

#include "database_queue.hpp"

namespace workshop {

// TODO(step 1): lease the message to one worker for a limited time, under a tag that names this
//   delivery and no other.
// TODO(step 2): count deliveries, and give up a message that was delivered too often.
std::optional<Delivery> receive(Queue& queue, [[maybe_unused]] const QueueOptions& options,
                                [[maybe_unused]] Milliseconds now_ms) {
  if (queue.entries.empty()) return std::nullopt;
  const auto& entry = queue.entries.front();
  return Delivery{"", entry.message, LeaseTag{entry.message.id.value}, 1};
}

// TODO(step 1): this accepts any worker that knows the message. Only the holder of the lease may
//   acknowledge.
void acknowledge(Queue& queue, const LeaseTag& tag, [[maybe_unused]] Milliseconds now_ms) {
  std::erase_if(queue.entries,
                [&](const Entry& entry) { return entry.message.id.value == tag.value; });
}

void abandon([[maybe_unused]] Queue& queue, [[maybe_unused]] const LeaseTag& tag,
             [[maybe_unused]] Milliseconds now_ms) {
  // TODO(step 1): give the message back.
}

void renew([[maybe_unused]] Queue& queue, [[maybe_unused]] const QueueOptions& options,
           [[maybe_unused]] const LeaseTag& tag, [[maybe_unused]] Milliseconds now_ms) {
  // TODO(step 3): extend a lease that has not expired.
}

std::size_t redrive([[maybe_unused]] Queue& queue) {
  // TODO(step 2): put the dead letters back.
  return 0;
}

Task<bool> work(DatabaseQueue& queue, const Job& job) {
  const auto delivery = co_await queue.receive();
  if (!delivery) co_return false;

  // TODO(step 1): whatever happens between two lines, the message must not be lost.
  co_await queue.acknowledge(delivery->tag);
  co_await job(*delivery);
  co_return true;
}

Task<void> wrap(const Delivery& delivery, [[maybe_unused]] DatabaseQueue& queue,
                WrappingStation& station) {
  const auto order = payload_of<WrapOrder>(delivery.message);
  for (const auto& gift : order.gifts) {
    co_await station.wrap(order.order_id, gift);
    // TODO(step 3): the lease must not expire while the work goes on.
  }
}

}  // namespace workshop
