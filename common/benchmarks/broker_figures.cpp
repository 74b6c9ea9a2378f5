// What a round trip through the broker costs: send, receive, acknowledge. Prints, in one run, the
// ratio to a mutex and a deque, and how the cost grows with what waits in the queue.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string_view>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"

using namespace workshop;
using std::chrono::hours;
using std::chrono::milliseconds;

namespace {

const Message kMessage{MessageId{"0193a0b2-7c1e-7000-8000-000000000001"},
                       "BookPayment",
                       R"({"order_id":"order-1","amount":"17.50"})",
                       {{"correlation-id", "0193a0b2-7c1e-7000-8000-000000000000"}}};

/// The median of `runs` runs of `count` times `operation`, in ns each.
template <class Operation>
double nanoseconds(int runs, int count, Operation operation) {
  std::vector<double> times;
  for (int run = 0; run < runs; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) operation();
    const std::chrono::duration<double, std::nano> time = std::chrono::steady_clock::now() - start;
    times.push_back(time.count() / count);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

/// A task of the broker never waits, so it is done when it is resumed once.
template <class T>
T done(Task<T> task) {
  task.resume();
  return task.take();
}

/// What no queue can do without: the message is kept, under a lock, and given out again.
double mutex_and_deque(int runs, int count) {
  std::mutex mutex;
  std::deque<Message> queue;
  return nanoseconds(runs, count, [&] {
    {
      const std::lock_guard lock(mutex);
      queue.push_back(kMessage);
    }
    const std::lock_guard lock(mutex);
    const Message message = std::move(queue.front());
    queue.pop_front();
  });
}

double round_trip(int runs, int count, int waiting_count, milliseconds delay) {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  for (int i = 0; i < waiting_count; ++i) {
    done(broker.send("orders", kMessage, delay.count() == 0 ? delay : delay + milliseconds(i)));
  }
  return nanoseconds(runs, count, [&] {
    done(broker.send("orders", kMessage));
    done(broker.acknowledge(done(broker.receive("orders"))->tag));
  });
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
  const int count = argc > 2 ? std::max(1, std::atoi(argv[2])) : 200'000;
  const auto alone = round_trip(runs, count, 0, hours(1));
  const auto print = [&](std::string_view what, double ns) {
    fmt::print("{:<46} {:>9.0f} ns {:>12.0f} a second {:>8.2f}\n", what, ns, 1e9 / ns, alone / ns);
  };
  fmt::print("{:<46} {:>12} {:>21} {:>8}\n", fmt::format("round trip (median of {})", runs), "time",
             "rate", "ratio");
  print("a mutex and a deque, in the place of a broker", mutex_and_deque(runs, count));
  print("the broker, nothing waits", alone);
  print("behind 100 delayed", round_trip(runs, count, 100, hours(1)));
  print("behind 10,000 delayed", round_trip(runs, count, 10'000, hours(1)));
  print("behind 100,000 delayed", round_trip(runs, count, 100'000, hours(1)));
  print("of 100,000 visible the first", round_trip(runs, count, 100'000, milliseconds(0)));
  print("while 100,000 become visible", round_trip(runs, count, 100'000, milliseconds(1)));
}
