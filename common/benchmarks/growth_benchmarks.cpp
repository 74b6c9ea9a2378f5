// How costs grow: with queues, entities, handlers, message size and backlog; the explorer with its
// bounds.
#include <fmt/format.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "figures.hpp"
#include "reference_space.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/explore/explorer.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/shop/messages.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::benchmarks {
namespace {

Message message_of(std::size_t bytes) {
  return {MessageId::random(), "BookPayment", std::string(bytes, 'b'), {}};
}

std::string queue_name(int i) { return fmt::format("queue-{}", i); }

/// Microseconds of a round trip through one of many queues, one after the other.
double with_queues(int queues, int count) {
  SystemClock clock;
  InProcessBroker broker(clock);
  for (int i = 0; i < queues; ++i) broker.declare_queue(queue_name(i));
  const auto message = message_of(40);
  return 1e6 / count * processor_seconds_of([&] {
           for (int i = 0; i < count; ++i) {
             const auto queue = queue_name(i % queues);
             done(broker.send(queue, message));
             done(broker.acknowledge(done(broker.receive(queue))->tag));
           }
         });
}

/// The same behind a backlog, whose first message each round trip takes.
double with_backlog(int backlog, std::size_t bytes, int count) {
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  const auto message = message_of(bytes);
  for (int i = 0; i < backlog; ++i) done(broker.send("orders", message));
  return 1e6 / count * processor_seconds_of([&] {
           for (int i = 0; i < count; ++i) {
             done(broker.send("orders", message));
             done(broker.acknowledge(done(broker.receive("orders"))->tag));
           }
         });
}

/// The memory of this process in MiB, as Linux tells it.
double resident_mebibytes() {
  std::ifstream file("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  file >> total_pages >> resident_pages;
  return resident_pages * 4096 / (1024 * 1024);
}

/// Seconds until the outbox's reference handler is explored completely.
double explored(int messages, std::uint32_t faults, std::uint32_t preemptions) {
  auto scenario = explore::reference::outbox(messages, true);
  scenario.bounds.faults_max = faults;
  scenario.bounds.preemptions_max = preemptions;
  scenario.bounds.time_max = std::chrono::minutes(20);
  explore::Verdict verdict;
  const auto seconds = processor_seconds_of([&] { verdict = explore::explore(scenario); });
  if (verdict.report.ended != explore::Ended::exhausted) {
    throw std::runtime_error(fmt::format("{} messages were not explored completely", messages));
  }
  fmt::print("    {} states, {} steps\n", verdict.report.counts.states_count,
             verdict.report.counts.steps_count);
  return seconds;
}

}  // namespace

void measure_growth(Figures& figures, const Plan& plan) {
  const int count = plan.of(100'000);
  const std::string microseconds = "processor microseconds a round trip";
  figures.plot("broker-queues", "queues", microseconds, {1, 10, 100, 1'000, 10'000},
               [&](double x) { return with_queues(static_cast<int>(x), count); });
  figures.plot("broker-backlog", "messages that wait", microseconds,
               {1, 10, 100, 1'000, 10'000, 100'000},
               [&](double x) { return with_backlog(static_cast<int>(x), 40, count); });
  figures.plot("broker-message-size", "bytes of a message", microseconds,
               {10, 100, 1'000, 10'000, 100'000}, [&](double x) {
                 return with_backlog(0, static_cast<std::size_t>(x),
                                     std::max(100, static_cast<int>(count / (1 + x / 1'000))));
               });
  const std::string rate = "messages a second";
  figures.plot("durable-handlers", "handlers", rate, {1, 2, 4, 8, 16, 32, 64, 128}, [&](double x) {
    return handle_durably(plan.folder, static_cast<int>(x), plan.of(static_cast<int>(300 * x)),
                          1'000)
        .messages_a_second;
  });
  figures.plot("durable-entities", "orders that 64 handlers share", rate,
               {4, 16, 64, 256, 1'024, 4'096}, [&](double x) {
                 return handle_durably(plan.folder, 64, plan.of(8'000), static_cast<int>(x))
                     .messages_a_second;
               });
}

void measure_memory(Figures& figures, const Plan& plan) {
  const std::string mebibytes = "MiB of memory";
  const auto message = message_of(40);
  std::vector<double> at;
  for (const int handled : {1, 250'000, 500'000, 750'000, 1'000'000}) {
    at.push_back(plan.of(handled));
  }
  SystemClock clock;
  InProcessBroker broker(clock);
  broker.declare_queue("orders");
  figures.plot("broker-memory", "messages handled", mebibytes, at,
               [&, before = 0.0](double x) mutable {
                 for (; before < x; ++before) {
                   done(broker.send("orders", message));
                   done(broker.acknowledge(done(broker.receive("orders"))->tag));
                 }
                 return resident_mebibytes();
               });
  SqliteStore store;
  Host host(broker, {.poll_interval_ms = std::chrono::milliseconds(1)});
  Endpoint endpoint("orders");
  endpoint.on<shop::BookPayment>(
      [](const shop::BookPayment& payment, HandlerContext& context) -> Task<void> {
        co_await context.store().documents().put({payment.order_id, "Last"}, "{}", Expected::any());
      });
  host.run(std::move(endpoint), store, {.handlers_count = 8});
  figures.plot("host-memory", "messages handled by 8 handlers of a Host", mebibytes, at,
               [&, before = 0.0](double x) mutable {
                 while (before < x) {
                   for (int i = 0; i < 1'000 && before < x; ++i, ++before) {
                     done(broker.send("orders", make_message(shop::BookPayment{"order", 1})));
                   }
                   if (!host.wait_until_idle(std::chrono::minutes(5))) {
                     throw std::runtime_error("the host did not come to rest");
                   }
                 }
                 return resident_mebibytes();
               });
}

void measure_explorer(Figures& figures, const Plan&) {
  const std::string seconds = "processor seconds to explore all";
  figures.plot("explorer-messages", "messages, with 2 faults and 2 preemptions", seconds,
               {1, 2, 3, 4}, [](double x) { return explored(static_cast<int>(x), 2, 2); });
  figures.plot("explorer-faults", "faults, with 2 messages and 2 preemptions", seconds,
               {0, 1, 2, 3, 4},
               [](double x) { return explored(2, static_cast<std::uint32_t>(x), 2); });
  figures.plot("explorer-preemptions", "preemptions, with 2 messages and 2 faults", seconds,
               {0, 1, 2, 3, 4, 6},
               [](double x) { return explored(2, 2, static_cast<std::uint32_t>(x)); });
}

}  // namespace workshop::benchmarks
