// Real processes on real files, and SIGKILL: no destructor runs, and the process cannot clean up.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "orders.hpp"
#include "services.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/store/sqlite_store.hpp"
#include "workshop/testing/child_process.hpp"

using namespace workshop;
using namespace workshop::testing;
using process::TemporaryFolder;

namespace {

constexpr HostOptions kLooksOften{.poll_interval_ms = std::chrono::milliseconds(1)};

std::string folder_of_parent() { return std::getenv("SHOP_FOLDER"); }

SqliteStoreOptions orders_in(const std::string& folder) { return {.path = folder + "/orders.db"}; }

/// The wrapped broker, except that it waits for ever before it publishes for the second time.
class HoldingBroker final : public Broker {
 public:
  HoldingBroker(Broker& beneath, Parent& parent) : beneath_(beneath), parent_(parent) {}

  Task<void> publish(std::string topic, Message message) override {
    if (++published_count_ == 2) parent_.hold_at("second order saved");
    return beneath_.publish(std::move(topic), std::move(message));
  }
  Task<void> send(std::string queue, Message message, std::chrono::milliseconds delay) override {
    return beneath_.send(std::move(queue), std::move(message), delay);
  }
  Task<std::optional<Delivery>> receive(std::string queue) override {
    return beneath_.receive(std::move(queue));
  }
  Task<void> acknowledge(LeaseTag tag) override { return beneath_.acknowledge(std::move(tag)); }
  Task<void> abandon(LeaseTag tag, std::string reason) override {
    return beneath_.abandon(std::move(tag), std::move(reason));
  }
  Task<void> renew(LeaseTag tag) override { return beneath_.renew(std::move(tag)); }
  Task<std::size_t> redrive(std::string queue) override { return beneath_.redrive(queue); }

 private:
  Broker& beneath_;
  Parent& parent_;
  int published_count_ = 0;
};

std::string new_folder(const TemporaryFolder& machine, const std::string& name) {
  std::filesystem::create_directory(machine.file(name));
  return machine.file(name);
}

}  // namespace

TEST_CASE("process: the button is pressed while orders is stopped", "[.child]") {
  as_child([](Parent& parent) {
    const SystemClock clock;
    const auto broker = open_broker(clock, folder_of_parent());
    StoppedOrders orders;
    run_inline(submit({"cart-1", "Ann", {"teddy"}}, orders, *broker));
    run_inline(submit({"cart-2", "Bob", {"train"}}, orders, *broker));
    run_inline(submit({"cart-3", "Cem", {"Porsche"}}, orders, *broker));
    parent.hold_at("three carts submitted");
  });
}

TEST_CASE("process: orders is started", "[.child]") {
  as_child([](Parent& parent) {
    const SystemClock clock;
    const auto broker = open_broker(clock, folder_of_parent());
    HoldingBroker holding(*broker, parent);
    SqliteStore store(orders_in(folder_of_parent()));
    Host host(holding, kLooksOften);
    host.run(Endpoint("orders").on(&handle), store);
    host.wait_until_idle();
    host.stop();
  });
}

TEST_CASE("three carts survive two kills, and each becomes one order", "[step2]") {
  const TemporaryFolder machine;
  const auto folder = new_folder(machine, "our-shop");
  const SystemClock clock;
  const auto carts_waiting = [&] { return open_broker(clock, folder)->messages("orders").size(); };

  ChildProcess shop("process: the button is pressed while orders is stopped",
                    {{"SHOP_FOLDER", folder}});
  shop.wait_for("three carts submitted");
  shop.kill();
  {
    INFO("the shop was killed, and its folder is opened again: how many carts wait?");
    REQUIRE(carts_waiting() == 3);
  }
  INFO("another shop has a folder of its own, and queues of its own");
  CHECK(open_broker(clock, new_folder(machine, "other-shop"))->messages("orders").empty());

  ChildProcess orders("process: orders is started", {{"SHOP_FOLDER", folder}});
  orders.wait_for("second order saved");
  orders.kill();
  {
    INFO("orders was killed when the second order was saved and not told of: how many carts wait?");
    REQUIRE(carts_waiting() == 2);
  }

  const auto broker = open_broker(clock, folder);
  SqliteStore store(orders_in(folder));
  {
    Host host(*broker, kLooksOften);
    host.run(Endpoint("orders").on(&handle), store);
    REQUIRE(host.wait_until_idle());
    host.stop();
  }
  CHECK(broker->messages("orders").empty());
  std::set<std::string> customers;
  for (const auto& document : store.documents()) {
    customers.insert(from_json<Order>(document.body).customer);
  }
  CHECK(customers == std::set<std::string>{"Ann", "Bob", "Cem"});
  CHECK(store.documents().size() == 3);
  std::set<std::string> told_of;
  for (const auto& event : broker->messages("warehouse")) {
    told_of.insert(payload_of<OrderSubmitted>(*event.message).order_id);
  }
  CHECK(told_of == std::set<std::string>{"cart-1", "cart-2", "cart-3"});
}
