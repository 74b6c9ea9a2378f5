// What docs/durability.md says of a power cut, with lab 12's handler.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "durability/recorded_disk.hpp"
#include "payments_handler.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/endpoint/endpoint.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/runtime/host.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

using process::TemporaryFolder;
using shop::BookPayment;
using shop::Order;

constexpr int kPayments = 12;
constexpr int kOrders = 3;

std::string order_of(int payment) { return "order-" + std::to_string(payment % kOrders); }
/// A bit for each payment, so that the sum of an order tells which of them were booked, and twice.
int amount_of(int payment) { return 1 << payment; }
Message payment_message(int payment) {
  return make_message(BookPayment{order_of(payment), amount_of(payment)},
                      MessageId{"payment-" + std::to_string(payment)});
}

/// The payments' endpoint on files in a folder.
struct Shop {
  explicit Shop(const TemporaryFolder& folder)
      : broker(clock, {folder.file("journal.db")}), store({.path = folder.file("store.db")}) {
    broker.declare_queue("payments", {std::chrono::seconds(30), 1000});
    broker.declare_queue("loyalty");
    broker.subscribe("PaymentBooked", "loyalty");
    endpoint.on<BookPayment>(&shop::handle);
  }
  /// Handles all that is there, by as many handlers, on two threads.
  void handle_all(int handlers) {
    Host host(broker);
    host.run(endpoint, store, {.handlers_count = handlers});
    CHECK(host.wait_until_idle());
    host.stop();
  }
  bool handle_one() { return sync_wait(endpoint.receive_and_handle(store, broker)); }

  SimulatedClock clock;
  InProcessBroker broker;
  SqliteStore store;
  Endpoint endpoint{"payments"};
};

/// When each payment's send began and had returned.
struct Sent {
  std::size_t begun = 0;
  std::size_t returned = 0;
};

/// Sends and handles all payments; among them one that is abandoned, and one whose handler dies.
std::vector<Sent> run_shop(const TemporaryFolder& folder, RecordedDisk& disk, std::size_t& begin) {
  Shop shop(folder);
  begin = disk.now();
  std::vector<Sent> sent;
  for (int payment = 0; payment < kPayments; ++payment) {
    const auto begun = disk.now();
    sync_wait(shop.broker.send("payments", payment_message(payment)));
    sent.push_back({begun, disk.now()});
    if (payment == 4) {
      sync_wait(shop.broker.abandon(sync_wait(shop.broker.receive("payments"))->tag, "no reason"));
    }
    if (payment % 3 != 0) shop.handle_one();
  }
  while (shop.handle_one()) {
  }
  return sent;
}

/// The same by eight senders at once, and eight handlers.
std::vector<Sent> run_crowded_shop(const TemporaryFolder& folder, RecordedDisk& disk,
                                   std::size_t& begin) {
  Shop shop(folder);
  begin = disk.now();
  std::vector<Sent> sent(kPayments);
  std::vector<std::thread> senders;
  for (int payment = 0; payment < kPayments; ++payment) {
    senders.emplace_back([&, payment] {
      auto& times = sent[static_cast<std::size_t>(payment)];
      times.begun = disk.now();
      sync_wait(shop.broker.send("payments", payment_message(payment)));
      times.returned = disk.now();
    });
  }
  shop.handle_all(8);
  for (auto& sender : senders) sender.join();
  shop.handle_all(8);
  return sent;
}

/// The events that are there, by the payment that caused them.
std::map<std::string, std::set<std::string>> events_in(const InProcessBroker& broker) {
  std::map<std::string, std::set<std::string>> events;
  for (const auto& view : broker.messages("loyalty")) {
    events[std::string(view.message->header(header::kCausationId))].insert(view.message->id.value);
  }
  return events;
}

/// What is wrong after the shop has gone on to its rest, "" for nothing.
std::string judge(Shop& shop, const std::vector<Sent>& sent, std::size_t moment) {
  while (shop.handle_one()) {
  }
  const auto events = events_in(shop.broker);
  if (!shop.broker.messages(dead_letter_queue_of("payments")).empty()) return "dead-lettered";
  std::vector<int> paid(kOrders);
  for (int order = 0; order < kOrders; ++order) {
    const auto loaded = sync_wait(EntityStore(shop.store).load<Order>(order_of(order)));
    paid[static_cast<std::size_t>(order)] = loaded.value.paid;
    if (!loaded.value.outbox.empty()) return order_of(order) + " keeps messages";
  }
  for (int payment = 0; payment < kPayments; ++payment) {
    const auto& times = sent[static_cast<std::size_t>(payment)];
    const auto id = "payment-" + std::to_string(payment);
    auto& rest = paid[static_cast<std::size_t>(payment % kOrders)];
    const bool booked = (rest & amount_of(payment)) != 0;
    rest &= ~amount_of(payment);
    const auto told = events.contains(id) ? events.at(id).size() : 0;
    if (times.returned <= moment && !booked) return id + " was sent, and is lost";
    if (times.begun > moment && booked) return id + " is booked, and was not sent";
    if (told != (booked ? 1 : 0)) return id + " has " + std::to_string(told) + " events";
  }
  for (const auto rest : paid) {
    if (rest != 0) return "a payment is booked twice";
  }
  return {};
}

}  // namespace

TEST_CASE("a power cut at any moment loses nothing sent and doubles no effect", "[durability]") {
  const bool crowded = GENERATE(false, true);
  CAPTURE(crowded);
  const TemporaryFolder folder;
  RecordedDisk disk;
  std::size_t begin = 0;
  const auto sent = crowded ? run_crowded_shop(folder, disk, begin) : run_shop(folder, disk, begin);
  const auto end = disk.now();
  disk.stop();
  REQUIRE(end - begin > 50);
  std::size_t images_count = 0;
  for (auto moment = begin; moment <= end; ++moment) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      if (seed > 1 && (moment + seed) % 2 == 0) continue;
      const TemporaryFolder image;
      disk.write_image(moment, seed < 2 ? seed : moment * 8 + seed, image.path());
      CAPTURE(moment, seed);
      std::string wrong;
      try {
        Shop shop(image);
        wrong = judge(shop, sent, moment);
      } catch (const Error& error) {
        wrong = error.what();
      }
      if (!wrong.empty()) FAIL(wrong);
      ++images_count;
    }
  }
  CHECK(images_count > 150);
}

TEST_CASE("a sync is left for what must survive a power cut, and for nothing else",
          "[durability]") {
  const TemporaryFolder folder;
  RecordedDisk disk;
  Shop shop(folder);
  sync_wait(shop.broker.send("payments", payment_message(0)));
  shop.handle_one();  // the store takes versions for the next thousand writes
  const auto syncs = [&](auto operation) {
    const auto before = disk.log_syncs_count();
    operation();
    return disk.log_syncs_count() - before;
  };
  CHECK(syncs([&] { sync_wait(shop.broker.send("payments", payment_message(1))); }) == 1);
  std::optional<Delivery> delivery;
  CHECK(syncs([&] { delivery = sync_wait(shop.broker.receive("payments")); }) == 0);
  CHECK(syncs([&] { sync_wait(shop.broker.abandon(delivery->tag, "no reason")); }) == 0);
  delivery = sync_wait(shop.broker.receive("payments"));
  CHECK(syncs([&] { sync_wait(shop.broker.acknowledge(delivery->tag)); }) == 0);
  // The order twice, the inbox, the event.
  sync_wait(shop.broker.send("payments", payment_message(2)));
  CHECK(syncs([&] { CHECK(shop.handle_one()); }) == 4);
}

TEST_CASE("what is sent after a sync has failed survives a power cut, with all before it",
          "[durability]") {
  const TemporaryFolder folder;
  RecordedDisk disk;
  Shop shop(folder);
  sync_wait(shop.broker.send("payments", payment_message(0)));
  sync_wait(shop.broker.acknowledge(sync_wait(shop.broker.receive("payments"))->tag));
  disk.fail_next_log_sync();  // with it fails what the acknowledgement has written
  CHECK_THROWS_AS(sync_wait(shop.broker.send("payments", payment_message(1))), OutcomeUnknown);
  CHECK(shop.broker.messages("payments").empty());
  sync_wait(shop.broker.send("payments", payment_message(2)));
  disk.stop();
  const TemporaryFolder image;
  disk.write_image(disk.now(), 0, image.path());
  const InProcessBroker after(shop.clock, {image.file("journal.db")});
  REQUIRE(after.messages("payments").size() == 1);
  CHECK(after.messages("payments").front().message->id.value == "payment-2");
}

}  // namespace workshop::tests
