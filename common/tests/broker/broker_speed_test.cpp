// Figures, not checks: run with the tag [.speed].
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "broker/fixtures.hpp"
#include "workshop/broker/explorable_broker.hpp"

namespace workshop {
namespace {

template <class Operation>
void measure(const char* name, int count, Operation operation) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < count; ++i) operation();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("%-58s %10.0f ns %12.0f a second\n", name, seconds.count() / count * 1e9,
              count / seconds.count());
}

void run(InProcessBroker& broker, int count, const std::string& where) {
  const Message message{MessageId{"0193a0b2-7c1e-7000-8000-000000000001"},
                        "BookPayment",
                        R"({"order_id":"order-1","amount":"17.50"})",
                        {{"correlation-id", "0193a0b2-7c1e-7000-8000-000000000000"}}};
  measure(("send, " + where).c_str(), count, [&] { sync_wait(broker.send("orders", message)); });
  measure(("receive then acknowledge, " + where).c_str(), count,
          [&] { sync_wait(broker.acknowledge(sync_wait(broker.receive("orders"))->tag)); });
}

TEST_CASE("how fast the broker is", "[.speed]") {
  SystemClock clock;
  {
    InProcessBroker broker(clock);
    broker.declare_queue("orders");
    run(broker, 100'000, "backlog to 100,000");
  }
  {
    SimulatedClock simulated;
    ExplorableBroker broker(simulated);
    for (const auto* name : {"orders", "shop", "loyalty"}) broker.declare_queue(name);
    for (int i = 0; i < 3; ++i) sync_wait(broker.send("orders", note("m")));
    BrokerState kept;
    measure("snapshot + restore, 3 messages, 3 queues", 1'000'000,
            [&] { broker.restore(broker.snapshot()); });
    measure("snapshot_into + restore, 3 messages, 3 queues", 1'000'000, [&] {
      broker.snapshot_into(kept);
      broker.restore(kept);
    });
    measure("digest, 3 messages, 3 queues", 1'000'000, [&] { broker.digest(); });
    broker.restore(kept);
    measure("receive + restore", 1'000'000, [&] {
      sync_wait(broker.receive("orders"));
      broker.restore(kept);
    });
    const auto tag = sync_wait(broker.receive("orders"))->tag;
    const auto leased = broker.snapshot();
    measure("acknowledge + restore", 1'000'000, [&] {
      sync_wait(broker.acknowledge(tag));
      broker.restore(leased);
    });
    measure("send + restore", 1'000'000, [&] {
      sync_wait(broker.send("orders", note("m")));
      broker.restore(kept);
    });
    measure("restore alone", 1'000'000, [&] { broker.restore(kept); });
  }
  const auto folder = std::filesystem::current_path();  // usually on a real disk
  const auto path = folder / "broker-speed.db";
  std::filesystem::remove(path);
  {
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders");
    run(broker, 500, "journal");
  }
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace workshop
