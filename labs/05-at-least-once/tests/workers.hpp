#pragma once

// Workers, and time that passes, for explorations.

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "post.hpp"
#include "stored_queue.hpp"
#include "workshop/shop/gift_shop.hpp"
#include "workshop/testing/explored.hpp"

namespace workshop::testing {

using explore::ProcessContext;
using explore::StoreView;
using explore::Violation;

inline const Key kQueueKey = EntityStore::key_of<Queue>(kWrapping);

// The document that records one wrapping of an order, or of one of its gifts. Each time it is
// wrapped is a document of its own.
inline Key parcel_key(const std::string& what, const std::string& number) {
  return {what + " " + number, "Parcel"};
}

inline Task<void> put_parcel(Store& store, std::string what) {
  co_await store.put(parcel_key(what, MessageId::random().value), "1", Expected::absent());
}

inline int times_wrapped(const StoreView& view, const std::string& what) {
  const auto documents = view.documents();
  return static_cast<int>(std::ranges::count_if(documents, [&](const Document& document) {
    return document.key.id == "Parcel" && document.key.partition.starts_with(what + " ");
  }));
}

// The store as a worker sees it, and the worker's clock: it shows the time at which the worker last
// loaded the queue.
//
// In an exploration a process may see only what its operations return. So the time is in the
// database: it is part of the queue's document, and passes when the scheduler lets a process save
// it. Keeping time and queue in one document excludes no execution: a save of the queue compares
// the whole document, so the operation happens, as a whole, at the moment of its load.
class WorkersStore final : public ForwardingStore {
 public:
  explicit WorkersStore(Store& store) : ForwardingStore(store) { clock_.set(Timestamp{}); }

  const Clock& clock() const { return clock_; }

  Task<std::optional<Document>> get(Key key) override {
    const bool queue = key == kQueueKey;
    auto document = co_await store().get(std::move(key));
    if (queue) {
      loaded_ = stored_queue_of(document->body);
      clock_.set(Timestamp{std::chrono::milliseconds{loaded_.now_ms}});
      document->body = to_json(loaded_.queue);
    }
    co_return document;
  }
  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (key == kQueueKey) body = body_of(from_json<Queue>(body), loaded_.now_ms, loaded_.keys);
    return store().put(std::move(key), std::move(body), std::move(expected));
  }

  // Time passes, and nothing else happens to the queue. Returns whether it holds a message.
  Task<bool> pass_time(Milliseconds by) {
    for (;;) {
      const auto document = co_await store().get(kQueueKey);
      const auto stored = stored_queue_of(document->body);
      auto body = body_of(stored.queue, stored.now_ms + by, stored.keys);
      try {
        co_await store().put(kQueueKey, std::move(body), Expected::version(document->version));
        co_return !stored.queue.entries.empty();
      } catch (const VersionConflict&) {
      }
    }
  }

 private:
  SimulatedClock clock_;
  StoredQueue loaded_;
};

// One worker of an explored world, in one run of its program.
class Worker {
 public:
  Worker(Store& store, QueueOptions options)
      : store_(store), queue_(store_, store_.clock(), kWrapping, options) {}

  WorkersStore& store() { return store_; }
  DatabaseQueue& queue() { return queue_; }

  // Wraps an order in one operation.
  Job wraps() {
    return
        [this](const Delivery& delivery) { return put_parcel(store_, delivery.message.id.value); };
  }

  // Works until no message is visible to it.
  Task<void> drain(Job job) {
    bool more = true;
    while (more) {
      try {
        more = co_await work(queue_, job);
      } catch (const Error&) {
        // The operation on the queue's document failed: try again.
      }
    }
  }

  // Comes when all leases have expired, again and again, until no message is left.
  Task<void> drain_to_the_last(Job job) {
    for (bool more = true; more;) {
      try {
        more = co_await store_.pass_time(kLease);
      } catch (const Error&) {
        continue;
      }
      if (more) co_await drain(job);
    }
  }

 private:
  WorkersStore store_;
  DatabaseQueue queue_;
};

inline explore::Round works_once(QueueOptions options) {
  struct Program {
    static Task<void> run(ProcessContext& context, QueueOptions options) {
      Worker worker(context.store(), options);
      co_await worker.drain(worker.wraps());
    }
  };
  return [options](ProcessContext& context) { return Program::run(context, options); };
}

inline explore::Round works_to_the_last(QueueOptions options) {
  struct Program {
    static Task<void> run(ProcessContext& context, QueueOptions options) {
      Worker worker(context.store(), options);
      co_await worker.drain_to_the_last(worker.wraps());
    }
  };
  return [options](ProcessContext& context) { return Program::run(context, options); };
}

inline Queue queue_in(const Document& document) { return stored_queue_of(document.body).queue; }

inline std::optional<std::string> message_left(const Document& document) {
  if (document.key != kQueueKey) return std::nullopt;
  const auto queue = queue_in(document);
  if (queue.entries.empty()) return std::nullopt;
  return queue.entries.front().message.id.value + " is still in the queue";
}

// A shop whose queue holds these messages, so that the oracle counts their effects. The scenario's
// own broker holds them too, but no process uses it.
inline shop::GiftShop queue_of(const std::vector<Message>& messages) {
  Queue queue;
  auto shop = shop::gift_shop(kWrapping);
  for (const auto& message : messages) {
    queue.entries.push_back(Entry{message, "", 0, 0});
    shop.deliver_message(message, shop::to_handlers(0), shop::once());
  }
  shop.with_document(kQueueKey, body_of(queue, 0, {})).all_messages_at_once();
  shop.scenario().expectations.garbage = message_left;
  return shop;
}

}  // namespace workshop::testing
