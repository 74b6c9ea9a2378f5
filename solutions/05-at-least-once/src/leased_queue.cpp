#include "leased_queue.hpp"

#include <algorithm>

#include "database_queue.hpp"

namespace workshop {
namespace {

// The entry that is leased under this tag.
std::vector<Entry>::iterator leased(Queue& queue, const LeaseTag& tag, Milliseconds now_ms) {
  const auto entry = std::ranges::find(queue.entries, tag.value, &Entry::tag);
  if (entry == queue.entries.end() || entry->visible_at_ms <= now_ms) {
    throw LeaseLost("the lease " + tag.value + " has ended");
  }
  return entry;
}

}  // namespace

std::optional<Delivery> receive(Queue& queue, const QueueOptions& options, Milliseconds now_ms) {
  for (auto entry = queue.entries.begin(); entry != queue.entries.end();) {
    if (entry->visible_at_ms > now_ms) {
      ++entry;
    } else if (entry->delivery_count >= options.deliveries_max) {
      queue.dead_letters.push_back(entry->message);
      entry = queue.entries.erase(entry);
    } else {
      entry->tag = MessageId::random().value;
      entry->visible_at_ms = now_ms + options.lease_ms.count();
      ++entry->delivery_count;  // here, where a crash of the receiver cannot undo it
      return Delivery{"", entry->message, LeaseTag{entry->tag}, entry->delivery_count};
    }
  }
  return std::nullopt;
}

void acknowledge(Queue& queue, const LeaseTag& tag, Milliseconds now_ms) {
  queue.entries.erase(leased(queue, tag, now_ms));
}

void abandon(Queue& queue, const LeaseTag& tag, Milliseconds now_ms) {
  leased(queue, tag, now_ms)->visible_at_ms = 0;  // stale for good, if the clock steps back too
}

void renew(Queue& queue, const QueueOptions& options, const LeaseTag& tag, Milliseconds now_ms) {
  leased(queue, tag, now_ms)->visible_at_ms = now_ms + options.lease_ms.count();
}

std::size_t redrive(Queue& queue) {
  for (const auto& message : queue.dead_letters) queue.entries.push_back(Entry{message, "", 0, 0});
  return std::exchange(queue.dead_letters, {}).size();
}

Task<bool> work(DatabaseQueue& queue, const Job& job) {
  const auto delivery = co_await queue.receive();
  if (!delivery) co_return false;

  bool done = true;
  try {
    co_await job(*delivery);
  } catch (...) {
    done = false;
  }
  try {
    if (done) co_await queue.acknowledge(delivery->tag);
    if (!done) co_await queue.abandon(delivery->tag);
  } catch (const LeaseLost&) {
    // The message is with another worker by now, or will be.
  }
  co_return true;
}

Task<void> wrap(const Delivery& delivery, DatabaseQueue& queue, WrappingStation& station) {
  const auto order = payload_of<WrapOrder>(delivery.message);
  for (const auto& gift : order.gifts) {
    co_await station.wrap(order.order_id, gift);
    co_await queue.renew(delivery.tag);
  }
}

}  // namespace workshop
