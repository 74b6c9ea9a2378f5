// Finished: you need not change this file.
#include "database_queue.hpp"

namespace workshop {
namespace {

struct Nothing {};

Milliseconds now_of(const Clock& clock) { return clock.now().time_since_epoch().count(); }

}  // namespace

template <class Result>
Task<Result> DatabaseQueue::change(std::function<Result(Queue&, Milliseconds)> rule) {
  for (;;) {
    auto queue = co_await entities_.load<Queue>(name_);
    const auto before = queue.value;
    auto result = rule(queue.value, now_of(*clock_));
    if (queue.value == before) co_return result;
    try {
      co_await entities_.save(queue);
      co_return result;
    } catch (const VersionConflict&) {
      // Another worker was faster: load again, and apply the rule again.
    }
  }
}

Task<void> DatabaseQueue::send(Message message) {
  co_await change<Nothing>([&message](Queue& queue, Milliseconds) {
    queue.entries.push_back(Entry{message, "", 0, 0});
    return Nothing{};
  });
}

Task<std::optional<Delivery>> DatabaseQueue::receive() {
  auto delivery =
      co_await change<std::optional<Delivery>>([this](Queue& queue, Milliseconds now_ms) {
        return workshop::receive(queue, options_, now_ms);
      });
  if (delivery) delivery->queue = name_;
  co_return delivery;
}

Task<void> DatabaseQueue::acknowledge(LeaseTag tag) {
  co_await change<Nothing>([&tag](Queue& queue, Milliseconds now_ms) {
    workshop::acknowledge(queue, tag, now_ms);
    return Nothing{};
  });
}

Task<void> DatabaseQueue::abandon(LeaseTag tag) {
  co_await change<Nothing>([&tag](Queue& queue, Milliseconds now_ms) {
    workshop::abandon(queue, tag, now_ms);
    return Nothing{};
  });
}

Task<void> DatabaseQueue::renew(LeaseTag tag) {
  co_await change<Nothing>([this, &tag](Queue& queue, Milliseconds now_ms) {
    workshop::renew(queue, options_, tag, now_ms);
    return Nothing{};
  });
}

Task<std::size_t> DatabaseQueue::redrive() {
  return change<std::size_t>([](Queue& queue, Milliseconds) { return workshop::redrive(queue); });
}

Task<Queue> DatabaseQueue::look() {
  auto queue = co_await entities_.load<Queue>(name_);
  co_return std::move(queue.value);
}

}  // namespace workshop
