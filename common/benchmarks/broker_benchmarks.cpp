// The broker in memory against what else moves messages, a round trip each: in and out again.
#include <concurrentqueue/concurrentqueue.h>
#include <nats/nats.h>

#include <deque>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "figures.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::benchmarks {
namespace {

const Message kMessage{MessageId{"0193a0b2-7c1e-7000-8000-000000000001"},
                       "BookPayment",
                       R"({"order_id":"order-1","amount":"17.50"})",
                       {{"correlation-id", "0193a0b2-7c1e-7000-8000-000000000000"}}};

double broker(int count, int delayed_count) {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  for (int i = 0; i < delayed_count; ++i) {
    done(broker.send("orders", kMessage, std::chrono::hours(1)));
  }
  return count / processor_seconds_of([&] {
           for (int i = 0; i < count; ++i) {
             done(broker.send("orders", kMessage));
             done(broker.acknowledge(done(broker.receive("orders"))->tag));
           }
         });
}

/// What no queue can do without: the message is kept, under a lock, and given out again.
double mutex_and_deque(int count) {
  std::mutex mutex;
  std::deque<Message> queue;
  return count / processor_seconds_of([&] {
           for (int i = 0; i < count; ++i) {
             {
               const std::lock_guard lock(mutex);
               queue.push_back(kMessage);
             }
             const std::lock_guard lock(mutex);
             const Message message = std::move(queue.front());
             queue.pop_front();
           }
         });
}

double moodycamel_queue(int count) {
  moodycamel::ConcurrentQueue<Message> queue;
  Message message;
  return count / processor_seconds_of([&] {
           for (int i = 0; i < count; ++i) {
             queue.enqueue(kMessage);
             queue.try_dequeue(message);
           }
         });
}

/// A nats-server of its own on loopback.
class Nats {
 public:
  explicit Nats(int port)
      : server_({"nats-server", "-a", "127.0.0.1", "-p", std::to_string(port)}) {
    const auto url = "nats://127.0.0.1:" + std::to_string(port);
    for (int tries = 0; natsConnection_ConnectTo(&connection_, url.c_str()) != NATS_OK; ++tries) {
      if (tries == 100) throw std::runtime_error("nats-server does not answer");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    natsConnection_SubscribeSync(&subscription_, connection_, "orders");
    natsSubscription_SetPendingLimits(subscription_, -1, -1);
  }
  ~Nats() {
    natsSubscription_Destroy(subscription_);
    natsConnection_Destroy(connection_);
  }
  Nats(const Nats&) = delete;
  Nats& operator=(const Nats&) = delete;

  /// A thousand are on their way at a time, which is what serves it best.
  double rate(int count) {
    constexpr int kAtOnce = 1'000;
    count = std::max(count / kAtOnce, 1) * kAtOnce;
    return count / seconds_of([&] {
             for (int i = 0; i < count; i += kAtOnce) {
               for (int k = 0; k < kAtOnce; ++k) {
                 natsConnection_PublishString(connection_, "orders", kMessage.body.c_str());
               }
               for (int k = 0; k < kAtOnce; ++k) receive();
             }
           });
  }

 private:
  void receive() {
    natsMsg* message = nullptr;
    if (natsSubscription_NextMsg(&message, subscription_, 10'000) != NATS_OK) {
      throw std::runtime_error("nats-server lost a message");
    }
    natsMsg_Destroy(message);
  }

  process::Program server_;
  natsConnection* connection_ = nullptr;
  natsSubscription* subscription_ = nullptr;
};

}  // namespace

void measure_broker(Figures& figures, const Plan& plan) {
  const int count = plan.of(200'000);
  std::unique_ptr<Nats> nats;
  std::vector<Contender> contenders{
      {"the broker: send, receive, acknowledge", [=] { return broker(count, 0); }},
      {"the broker behind 100,000 delayed messages",
       [=, &plan] { return broker(count, plan.of(100'000)); }},
      {"a mutex and a deque", [=] { return mutex_and_deque(count); }},
      {"moodycamel::ConcurrentQueue", [=] { return moodycamel_queue(count); }}};
  try {
    nats = std::make_unique<Nats>(24'222);
    contenders.push_back(
        {"nats-server on loopback, a thousand at a time, no acknowledgement (elapsed time; the "
         "others: processor)",
         [&] { return nats->rate(count); }});
  } catch (const std::exception& error) {
    figures.skip("nats-server", error.what());
  }
  figures.compare("Round trips in memory", contenders, plan.rounds);
}

}  // namespace workshop::benchmarks
