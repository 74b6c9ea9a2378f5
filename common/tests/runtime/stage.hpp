#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {

/// A clock that a test moves. Any thread may call.
class HandMovedClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp{std::chrono::milliseconds(now_ms_.load())}; }
  void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_ms_{1'000'000};
};

/// Points that a thread reaches and another thread waits for, so that no test sleeps and hopes.
class Points {
 public:
  void reach(const std::string& point) {
    const std::lock_guard lock(mutex_);
    reached_.insert(point);
    changed_.notify_all();
  }
  /// Blocks until the point was reached `times` times; throws when that takes too long.
  void wait_for(const std::string& point, std::size_t times = 1) {
    std::unique_lock lock(mutex_);
    const bool came = changed_.wait_for(lock, std::chrono::seconds(60),
                                        [&] { return reached_.count(point) >= times; });
    if (!came) throw std::logic_error("the point \"" + point + "\" was not reached");
  }
  std::size_t count(const std::string& point) {
    const std::lock_guard lock(mutex_);
    return reached_.count(point);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<std::string> reached_;
};

/// A broker that reports its operations, and fails on request. If `before` throws, the operation is
/// not done; if `after` throws, it is done.
class ObservedBroker final : public Broker {
 public:
  using Hook = std::function<void(const std::string& operation)>;

  explicit ObservedBroker(Broker& beneath) : beneath_(beneath) {}

  Hook before = [](const std::string&) {};
  Hook after = [](const std::string&) {};

  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override {
    before("send");
    co_await beneath_.send(std::move(queue), std::move(message), delay);
    after("send");
  }
  Task<void> publish(std::string topic, Message message) override {
    before("publish");
    co_await beneath_.publish(std::move(topic), std::move(message));
    after("publish");
  }
  Task<std::optional<Delivery>> receive(std::string queue) override {
    before("receive");
    auto delivery = co_await beneath_.receive(std::move(queue));
    after(delivery ? "receive" : "receive nothing");
    co_return delivery;
  }
  Task<void> acknowledge(LeaseTag tag) override {
    before("acknowledge");
    co_await beneath_.acknowledge(std::move(tag));
    after("acknowledge");
  }
  Task<void> abandon(LeaseTag tag, std::string reason) override {
    before("abandon");
    co_await beneath_.abandon(std::move(tag), std::move(reason));
    after("abandon");
  }
  Task<void> renew(LeaseTag tag) override {
    before("renew");
    co_await beneath_.renew(std::move(tag));
    after("renew");
  }
  Task<std::size_t> redrive(std::string queue) override { return beneath_.redrive(queue); }

 private:
  Broker& beneath_;
};

struct BookPayment {
  std::string order_id;
};
BOOST_DESCRIBE_STRUCT(BookPayment, (), (order_id))

/// The body of a test's handlers. Handlers are plain functions, so there is one such body, for one
/// test at a time.
using Act = std::function<void(HandlerContext&)>;
inline Act* act_of_test = nullptr;

inline Task<void> perform(const BookPayment&, HandlerContext& context) {
  (*act_of_test)(context);
  co_return;
}

/// A shop with one queue, "payments", and a clock that only the test moves.
struct Shop {
  explicit Shop(QueueOptions given = {.lease_ms = std::chrono::milliseconds(3'000),
                                      .deliveries_max = 10})
      : queue(given) {
    in_process.declare_queue("payments", queue);
    act_of_test = &act;
  }
  ~Shop() { act_of_test = nullptr; }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  void send(const std::string& id) {
    run_inline(in_process.send("payments", make_message(BookPayment{id}, MessageId{id})));
  }
  std::size_t left_count() const { return in_process.messages("payments").size(); }
  std::size_t dead_count() const {
    return in_process.messages(dead_letter_queue_of("payments")).size();
  }
  /// Why the only dead letter was abandoned the last time.
  std::string failure_of_the_dead() const {
    const auto dead = in_process.messages(dead_letter_queue_of("payments"));
    return std::string(dead.at(0).message->header(header::kDeadLetterFailure));
  }

  QueueOptions queue;
  HandMovedClock clock;
  InProcessBroker in_process{clock};
  ObservedBroker broker{in_process};
  SqliteStore store;
  Points points;
  Act act = [](HandlerContext&) {};
  Endpoint payments = Endpoint("payments").on(perform);
};

}  // namespace workshop::tests
