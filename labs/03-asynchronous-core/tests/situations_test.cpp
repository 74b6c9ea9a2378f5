#include "workshop/shop/situations.hpp"

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <filesystem>

#include "orders.hpp"
#include "services.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;
using namespace workshop::shop;

namespace {

const SubmitOrder kTwoTeddies{"cart-1", "Ann", {"teddy", "teddy", "train"}};

// A queue that answers to nothing but a receive: it refuses the rest, or is silent.
class DeafQueue final : public Broker {
 public:
  explicit DeafQueue(Broker& inner, Outcome outcome = Outcome::definite)
      : inner_(&inner), outcome_(outcome) {}

  Task<void> publish(std::string topic, Message message) override {
    return inner_->publish(std::move(topic), std::move(message));
  }
  Task<std::optional<Delivery>> receive(std::string queue) override {
    return inner_->receive(std::move(queue));
  }
  Task<void> send(std::string, Message, std::chrono::milliseconds) override { refuse(); }
  Task<void> acknowledge(LeaseTag) override { refuse(); }
  Task<void> abandon(LeaseTag, std::string) override { refuse(); }
  Task<void> renew(LeaseTag) override { refuse(); }
  Task<std::size_t> redrive(std::string) override { refuse(); }

 private:
  [[noreturn]] void refuse() const {
    if (outcome_ == Outcome::unknown) throw OutcomeUnknown("no answer of the queue");
    throw Unavailable("no connection to the queue");
  }

  Broker* inner_;
  Outcome outcome_;
};

// The service's queues, a store, and a clock.
struct Service {
  Service() : broker(clock) {
    broker.declare_queue("orders");
    broker.declare_queue("warehouse");
    broker.subscribe("OrderSubmitted", "warehouse");
  }
  std::optional<Order> order(const std::string& cart) {
    const auto document = store.find(EntityStore::key_of<Order>(cart));
    if (!document) return std::nullopt;
    return from_json<Order>(document->body);
  }

  SimulatedClock clock;
  InProcessBroker broker;
  SqliteStore store;
};

}  // namespace

TEST_CASE("a cart is handled also when it is delivered for the tenth time", "[step1]") {
  Service service;
  run_inline(service.broker.send("orders", make_message(kTwoTeddies)));
  for (int count = 1; count <= 9; ++count) {
    REQUIRE(run_inline(service.broker.receive("orders")));  // and its receiver dies
    service.clock.advance(QueueOptions{}.lease_ms);
  }

  INFO("nine receivers have died with a cart with two teddies; this is its tenth delivery");
  CHECK(run_inline(receive_and_handle(service.store, service.broker)));
  REQUIRE(service.order("cart-1"));
  CHECK(service.order("cart-1")->gifts == kTwoTeddies.gifts);
  CHECK(service.broker.messages("orders").empty());
  CHECK(service.broker.messages("warehouse").size() == 1);
}

TEST_CASE("what nobody can read is not lost", "[step1]") {
  const Message unreadable{{"m1"}, "SubmitOrder", "{\"cart_id", {}};
  const Message another{{"m2"}, "OrderSubmitted", "{\"order_id\":\"cart-1\"}", {}};
  for (const auto& message : {unreadable, another}) {
    Service service;
    run_inline(service.broker.send("orders", message));
    for (int delivery = 1; delivery <= 9; ++delivery) {
      CAPTURE(message.type, message.body, delivery);
      CHECK_THROWS_AS(run_inline(receive_and_handle(service.store, service.broker)), Error);
      REQUIRE(service.broker.messages("orders").size() == 1);
      service.clock.advance(QueueOptions{}.lease_ms);
    }
  }
}

TEST_CASE("a round says so when it cannot acknowledge", "[step1]") {
  for (const auto outcome : {Outcome::definite, Outcome::unknown}) {
    Service service;
    run_inline(service.broker.send("orders", make_message(kTwoTeddies)));
    DeafQueue queue(service.broker, outcome);

    CHECK_THROWS_AS(run_inline(receive_and_handle(service.store, queue)), Error);
    REQUIRE(service.order("cart-1"));
  }
}

TEST_CASE("carts whose ids look alike are orders of their own", "[.exam]") {
  for (const auto& [one, other] : hard_names()) {
    Service service;
    CAPTURE(one, other);
    run_inline(service.broker.send("orders", make_message(SubmitOrder{one, "Ann", {"teddy"}})));
    run_inline(service.broker.send("orders", make_message(SubmitOrder{other, "Bob", {"train"}})));
    run_inline(receive_and_handle(service.store, service.broker));
    run_inline(receive_and_handle(service.store, service.broker));
    REQUIRE(service.order(one));
    CHECK(service.order(one)->customer == "Ann");
    REQUIRE(service.order(other));
    CHECK(service.order(other)->customer == "Bob");
    REQUIRE(service.broker.messages("warehouse").size() == 2);
  }
}

TEST_CASE("the button promises nothing while the queue refuses", "[step2]") {
  Service service;
  DeafQueue queue(service.broker);
  RunningOrders orders;

  CHECK(run_inline(submit(kTwoTeddies, orders, queue)).status == 503);
}

TEST_CASE("each folder has a broker of its own, with the default options", "[.exam]") {
  const process::TemporaryFolder folder;
  const auto first = folder.path() / "queues-of-shop-1";
  const auto second = folder.path() / "queues-of-shop-2";
  for (const auto& path : {first, second}) std::filesystem::create_directories(path);
  SimulatedClock clock;
  {
    auto broker = open_broker(clock, first.string());
    run_inline(broker->publish("OrderSubmitted", make_message(OrderSubmitted{"cart-1"})));
  }
  CHECK(open_broker(clock, second.string())->messages("warehouse").empty());
  // The same folder, by other words.
  std::filesystem::create_directory_symlink(first, folder.path() / "shop-1");
  for (const auto& path : {second / ".." / "queues-of-shop-1", folder.path() / "shop-1"}) {
    CAPTURE(path);
    CHECK(open_broker(clock, path.string())->messages("warehouse").size() == 1);
  }

  clock.advance(std::chrono::days{40});  // what waits, waits on
  auto broker = open_broker(clock, first.string());
  for (int count = 1; count <= 10; ++count) {
    INFO("so many deliveries to the warehouse have failed: " << count - 1);
    REQUIRE(run_inline(broker->receive("warehouse")));
    clock.advance(QueueOptions{}.lease_ms - std::chrono::milliseconds{1});
    CHECK_FALSE(run_inline(broker->receive("warehouse")));
    clock.advance(std::chrono::milliseconds{1});
  }
}
