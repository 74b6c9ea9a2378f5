#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <set>
#include <stdexcept>

#include "workers.hpp"

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;

namespace {

// A station in the office; `during` happens while a gift is wrapped.
class Station final : public WrappingStation {
 public:
  explicit Station(std::function<void(const std::string&)> during) : during_(std::move(during)) {}

  Task<void> wrap(std::string order_id, std::string gift) override {
    during_(gift);
    order_ids_.insert(std::move(order_id));
    wrapped_.push_back(gift);
    co_return;
  }
  const std::vector<std::string>& wrapped() const { return wrapped_; }
  const std::set<std::string>& order_ids() const { return order_ids_; }

 private:
  std::function<void(const std::string&)> during_;
  std::vector<std::string> wrapped_;
  std::set<std::string> order_ids_;
};

Job wraps_at(Station& station, DatabaseQueue& queue) {
  return [&](const Delivery& delivery) { return wrap(delivery, queue, station); };
}

const std::vector<std::string> kManyGifts{"porsche", "teddy", "train", "book"};

// A station in an explored world: 20 seconds pass while a gift is wrapped.
class SlowStation final : public WrappingStation {
 public:
  explicit SlowStation(WorkersStore& store) : store_(&store) {}

  Task<void> wrap(std::string order_id, std::string gift) override {
    co_await store_->pass_time(20'000);
    co_await put_parcel(*store_, order_id + " " + gift);
  }

 private:
  WorkersStore* store_;
};

Task<void> wrap_slowly(ProcessContext& context) {
  Worker worker(context.store(), kOptions);
  SlowStation station(worker.store());
  co_await worker.drain(
      [&](const Delivery& delivery) { return wrap(delivery, worker.queue(), station); });
}

int times_each_gift_wrapped(const StoreView& view, const Message& message) {
  const auto order = payload_of<WrapOrder>(message);
  int most = 0;
  for (const auto& gift : order.gifts) {
    most = std::max(most, times_wrapped(view, order.order_id + " " + gift));
  }
  return most;
}

}  // namespace

TEST_CASE("a renewed lease ends a whole lease from now", "[step3]") {
  Office office;
  office.with(order("m1"));
  const auto delivery = office.receive();
  REQUIRE(delivery);
  office.pass(20'000);
  office.renew(*delivery);
  office.renew(*delivery);  // however often it is renewed, it ends one lease from now

  office.pass(kLease - 1);
  CHECK(office.received() == "");
  CHECK_NOTHROW(office.renew(*delivery));
  office.pass(kLease);
  CHECK(office.received() == "m1");
}

TEST_CASE("an expired lease cannot be renewed", "[step3]") {
  Office office;
  office.with(order("m1")).with(order("m2"));
  const auto late = office.receive();
  REQUIRE(late);
  office.pass(kLease);

  CHECK_THROWS_AS(office.renew(*late), LeaseLost);
  const auto holder = office.receive();
  REQUIRE(holder);
  CHECK(holder->message == order("m1"));
  office.pass(1);
  CHECK_THROWS_AS(office.renew(*late), LeaseLost);
  office.pass(kLease - 1);
  CHECK_THROWS_AS(office.renew(*holder), LeaseLost);  // the other renewal has not extended it
  CHECK(office.received() == "m1");
}

TEST_CASE("a renewal is no delivery", "[step3]") {
  Office office(at_most(2));
  office.with(order("m1"));
  const auto delivery = office.receive();
  REQUIRE(delivery);
  office.pass(kLease - 1);
  office.renew(*delivery);
  office.pass(kLease - 1);
  office.renew(*delivery);
  office.abandon(*delivery);

  const auto again = office.receive();
  REQUIRE(again);
  CHECK(again->delivery_count == 2);
}

TEST_CASE("a worker keeps its lease while the work goes on", "[step3]") {
  Office office;
  office.with(order("m1", kManyGifts));
  Station station([&](const std::string&) {
    office.pass(20'000);
    CHECK(office.received() == "");
    CHECK(office.look().entries.size() == 1);
  });

  CHECK(run_inline(work(office.queue(), wraps_at(station, office.queue()))));
  CHECK(station.wrapped() == kManyGifts);
  CHECK(office.look().entries.empty());
}

TEST_CASE("who loses the lease wraps no further gift", "[step3]") {
  Office office;
  office.with(order("m1", kManyGifts));
  std::optional<Delivery> other;
  Station station([&](const std::string& gift) {
    if (other) return;
    office.pass(20'000);
    if (gift != "teddy") return;
    office.pass(40'000);  // the tape is stuck
    other = office.receive();
  });

  CHECK(run_inline(work(office.queue(), wraps_at(station, office.queue()))));
  CHECK(station.wrapped() == std::vector<std::string>{"porsche", "teddy"});
  REQUIRE(other);
  CHECK(office.received() == "");
  CHECK_NOTHROW(office.acknowledge(*other));
}

TEST_CASE("whoever calls wrap hears that the lease is lost", "[step3]") {
  Office office;
  office.with(order("m1", kManyGifts));
  Station station([&](const std::string&) { office.pass(kLease); });
  const auto delivery = office.receive();
  REQUIRE(delivery);

  CHECK_THROWS_AS(run_inline(wrap(*delivery, office.queue(), station)), LeaseLost);
  CHECK(station.wrapped() == std::vector<std::string>{"porsche"});
}

TEST_CASE("who cannot renew wraps no further gift", "[step3]") {
  Office office;
  office.with(order("m1", kManyGifts));
  Station station([&](const std::string& gift) { office.database_reachable(gift != "teddy"); });
  const auto delivery = office.receive();
  REQUIRE(delivery);

  CHECK_THROWS_AS(run_inline(wrap(*delivery, office.queue(), station)), Unavailable);
  CHECK(station.wrapped() == std::vector<std::string>{"porsche", "teddy"});
}

TEST_CASE("a gift that cannot be wrapped is not left out", "[step3]") {
  Office office;
  office.with(make_message(WrapOrder{"order-1", kManyGifts}, {"m1"}));
  bool paper = false;
  Station station([&](const std::string& gift) {
    if (gift == "teddy" && !paper) throw std::runtime_error("out of paper");
  });

  CHECK(run_inline(work(office.queue(), wraps_at(station, office.queue()))));
  CHECK(station.wrapped() == std::vector<std::string>{"porsche"});
  paper = true;
  CHECK(run_inline(work(office.queue(), wraps_at(station, office.queue()))));
  CHECK(station.wrapped() ==
        std::vector<std::string>{"porsche", "porsche", "teddy", "train", "book"});
  CHECK(station.order_ids() == std::set<std::string>{"order-1"});
}

TEST_CASE("long work is done once however often others look for work", "[step3]") {
  auto scenario = queue_of({order("m1", {"porsche", "teddy", "train"})})
                      .with_client("worker-1", wrap_slowly)
                      .with_client("worker-2", wrap_slowly)
                      .up_to(0, 2)
                      .and_no_further();  // who dies is not replaced here
  scenario.scenario().expectations.effects = times_each_gift_wrapped;
  scenario.scenario().expectations.effect_name = "wrapped";

  REQUIRE_EXPLORED(scenario.holds(exactly_one_effect, no_garbage));
}
