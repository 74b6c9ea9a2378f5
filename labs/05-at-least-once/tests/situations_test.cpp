#include <catch2/catch_test_macros.hpp>
#include <limits>
#include <new>
#include <set>

#include "workers.hpp"

using namespace workshop;
using namespace workshop::testing;

namespace {

// A database whose writes get no answer while it is deaf.
class DeafStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  void deaf(bool deaf) { deaf_ = deaf; }

  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (deaf_) throw OutcomeUnknown("no answer: it may have been saved");
    return store().put(std::move(key), std::move(body), std::move(expected));
  }

 private:
  bool deaf_ = false;
};

class DeafeningStation final : public WrappingStation {
 public:
  DeafeningStation(DeafStore& store, SimulatedClock& clock) : store_(&store), clock_(&clock) {}
  Task<void> wrap(std::string, std::string gift) override {
    clock_->advance(std::chrono::seconds{20});
    store_->deaf(true);
    wrapped.push_back(gift);
    co_return;
  }
  std::vector<std::string> wrapped;

 private:
  DeafStore* store_;
  SimulatedClock* clock_;
};

class PlainStation final : public WrappingStation {
 public:
  Task<void> wrap(std::string, std::string gift) override {
    wrapped.push_back(gift);
    co_return;
  }
  std::vector<std::string> wrapped;
};

Queue queue_with(const std::vector<std::string>& ids) {
  Queue queue;
  for (const auto& id : ids) queue.entries.push_back(Entry{order(id), "", 0, 0});
  return queue;
}

}  // namespace

TEST_CASE("thousands of deliveries have tags of their own", "[step1]") {
  auto queue = queue_with({"m1"});
  const auto options = at_most(std::numeric_limits<std::uint32_t>::max());
  std::set<std::string> tags;
  constexpr int kDeliveries = 3'000;
  for (int i = 0; i < kDeliveries; ++i) {
    const auto delivery = receive(queue, options, kMorning);
    REQUIRE(delivery);
    tags.insert(delivery->tag.value);
    abandon(queue, delivery->tag, kMorning);
  }
  CHECK(tags.size() == kDeliveries);
}

TEST_CASE("a tag that was given back stays stale when the clock steps back", "[step1]") {
  auto queue = queue_with({"m1"});
  const auto delivery = receive(queue, kOptions, kMorning);
  REQUIRE(delivery);
  abandon(queue, delivery->tag, kMorning + 100);

  CHECK_THROWS_AS(acknowledge(queue, delivery->tag, kMorning + 99), LeaseLost);
  CHECK_THROWS_AS(abandon(queue, delivery->tag, kMorning + 99), LeaseLost);
  CHECK_THROWS_AS(acknowledge(queue, LeaseTag{""}, kMorning + 99), LeaseLost);
  CHECK(queue.entries.size() == 1);
}

TEST_CASE("whatever the job throws, its message comes again", "[step1]") {
  struct NoException {};
  const std::vector<Job> jobs = {
      [](const Delivery&) -> Task<void> { throw std::bad_alloc(); },
      [](const Delivery&) -> Task<void> { throw NoException(); },
      [](const Delivery&) -> Task<void> { throw 42; },
  };
  for (const auto& job : jobs) {
    Office office;
    office.with(order("m1"));
    CHECK(run_inline(work(office.queue(), job)));
    CHECK(office.received() == "m1");
  }
}

TEST_CASE("a worker takes one message at a time", "[step1][given]") {
  Office office;
  office.with(order("m1")).with(order("m2"));
  const Job looks = [&](const Delivery& delivery) -> Task<void> {
    CHECK(delivery.message == order("m1"));
    CHECK(office.received() == "m2");
    co_return;
  };
  CHECK(run_inline(work(office.queue(), looks)));
}

TEST_CASE("whoever works hears that it is unknown whether the message is settled", "[step1]") {
  SqliteStore file;
  DeafStore store(file);
  SimulatedClock clock;
  DatabaseQueue queue(store, clock, kWrapping, kOptions);
  run_inline(queue.send(order("m1")));
  const Job deafens = [&](const Delivery&) -> Task<void> {
    store.deaf(true);
    co_return;
  };
  CHECK_THROWS_AS(run_inline(work(queue, deafens)), OutcomeUnknown);
}

TEST_CASE("a message may be delivered more than ten times", "[step2]") {
  Office office(at_most(25));
  office.with(order("m1"));
  for (std::uint32_t count = 1; count <= 25; ++count) {
    const auto delivery = office.receive();
    REQUIRE(delivery);
    CHECK(delivery->delivery_count == count);
    office.abandon(*delivery);
  }
  CHECK(office.received() == "");
  CHECK(office.look().dead_letters.size() == 1);
}

TEST_CASE("hundreds of messages are given up at once, and all of them put back", "[step2]") {
  std::vector<std::string> ids;
  for (int i = 1; i <= 150; ++i) ids.push_back("m" + std::to_string(i));
  ids.insert(ids.end(), {"twice", "twice"});  // it was sent twice
  auto queue = queue_with(ids);
  const auto once = at_most(1);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto delivery = receive(queue, once, kMorning);
    REQUIRE(delivery);
    abandon(queue, delivery->tag, kMorning);
  }
  CHECK_FALSE(receive(queue, once, kMorning));
  CHECK(ids_of(queue.dead_letters) == ids);
  CHECK(redrive(queue) == ids.size());
  CHECK(queue.entries.size() == ids.size());

  for (std::size_t i = 0; i < ids.size(); ++i) queue.entries[i].delivery_count = 1;
  queue.entries.push_back(Entry{order("good"), "", 0, 0});
  const auto next = receive(queue, once, kMorning);
  REQUIRE(next);
  CHECK(next->message == order("good"));
}

TEST_CASE("a renewal counts from now also when the lease is young", "[step3]") {
  Office office;
  office.with(order("m1"));
  const auto delivery = office.receive();
  REQUIRE(delivery);
  office.pass(1'000);
  office.renew(*delivery);
  office.pass(kLease - 1);
  CHECK(office.received() == "");
  office.pass(1);
  CHECK(office.received() == "m1");
}

TEST_CASE("a gift that is wanted twice is wrapped twice", "[step3][given]") {
  Office office;
  const std::vector<std::string> gifts{"teddy", "train", "teddy"};
  office.with(order("m1", gifts));
  PlainStation station;
  const auto delivery = office.receive();
  REQUIRE(delivery);
  run_inline(wrap(*delivery, office.queue(), station));
  CHECK(station.wrapped == gifts);
}

TEST_CASE("who does not know whether the lease is renewed wraps no further gift", "[step3]") {
  SqliteStore file;
  DeafStore store(file);
  SimulatedClock clock;
  DatabaseQueue queue(store, clock, kWrapping, kOptions);
  run_inline(queue.send(order("m1", {"teddy", "train"})));
  const auto delivery = run_inline(queue.receive());
  REQUIRE(delivery);
  DeafeningStation station(store, clock);
  CHECK_THROWS_AS(run_inline(wrap(*delivery, queue, station)), OutcomeUnknown);
  CHECK(station.wrapped == std::vector<std::string>{"teddy"});
}
