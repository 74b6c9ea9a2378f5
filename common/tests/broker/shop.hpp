#pragma once

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "broker/fixtures.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/core/task.hpp"

namespace workshop {

/// A broker with two queues and a simulated clock; leases run for a second.
template <class BrokerType>
struct ShopWith {
  SimulatedClock clock;
  BrokerType broker{clock};

  ShopWith() {
    broker.declare_queue("orders", {std::chrono::milliseconds{1000}, 2});
    broker.declare_queue("shop", {std::chrono::milliseconds{1000}, 2});
    broker.subscribe("booked", "orders");
    broker.subscribe("booked", "shop");
  }
  void send(const std::string& id) { sync_wait(broker.send("orders", note(id))); }
  Delivery receive(const std::string& queue = "orders") {
    auto delivery = sync_wait(broker.receive(queue));
    REQUIRE(delivery.has_value());
    return std::move(*delivery);
  }
  std::vector<std::string> ids(const std::string& queue = "orders") {
    std::vector<std::string> found;
    for (const auto& view : broker.messages(queue)) found.push_back(view.message->id.value);
    return found;
  }
};

}  // namespace workshop
