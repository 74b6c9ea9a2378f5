#include <catch2/catch_test_macros.hpp>
#include <stdexcept>

#include "workers.hpp"
#include "workshop/process/temporary_folder.hpp"

using namespace workshop;
using namespace workshop::shop;
using namespace workshop::testing;
using process::TemporaryFolder;

TEST_CASE("a delivery is counted when it begins", "[step2]") {
  Office office(at_most(4));
  office.with(order("m1"));

  const auto first = office.receive();
  REQUIRE(first);
  CHECK(first->delivery_count == 1);
  office.pass(kLease);  // its receiver has crashed, so nothing is counted after the delivery
  const auto second = office.receive();
  REQUIRE(second);
  CHECK(second->delivery_count == 2);
  office.abandon(*second);
  const auto third = office.receive();
  REQUIRE(third);
  CHECK(third->delivery_count == 3);
  CHECK(office.look().entries.at(0).delivery_count == 3);
}

TEST_CASE("a message that was delivered too often is a dead letter with its id", "[step2]") {
  Office office(at_most(2));
  auto message = order("m1", {"porsche", "teddy"});
  message.headers.emplace(header::kCorrelationId, "m0");
  office.with(message);

  const auto first = office.receive();
  REQUIRE(first);
  office.abandon(*first);
  const auto last = office.receive();
  REQUIRE(last);
  CHECK(last->delivery_count == 2);
  CHECK(office.received() == "");
  CHECK(office.look().dead_letters.empty());  // its last delivery may still succeed
  office.pass(kLease);

  CHECK(office.received() == "");
  const auto queue = office.look();
  CHECK(queue.entries.empty());
  REQUIRE(queue.dead_letters.size() == 1);
  CHECK(queue.dead_letters[0] == message);
  CHECK_THROWS_AS(office.acknowledge(*last), LeaseLost);
}

TEST_CASE("a lower limit holds for what was delivered more often already", "[step2]") {
  const TemporaryFolder folder;
  const auto database = folder.file("shop.db");
  {
    Office office(at_most(4), database);
    office.with(order("m1"));
    for (int deliveries = 1; deliveries <= 3; ++deliveries) {
      const auto delivery = office.receive();
      REQUIRE(delivery);
      office.abandon(*delivery);
    }
  }

  Office office(at_most(2), database);  // as after a restart with other options
  CHECK(office.received() == "");
  CHECK(ids_of(office.look().dead_letters) == std::vector<std::string>{"m1"});
}

TEST_CASE("the last delivery can succeed like any other", "[step2]") {
  Office office(at_most(2));
  office.with(order("m1"));
  const auto first = office.receive();
  REQUIRE(first);
  office.pass(kLease);
  const auto last = office.receive();
  REQUIRE(last);
  CHECK(last->delivery_count == 2);
  CHECK_NOTHROW(office.acknowledge(*last));

  CHECK(office.received() == "");
  CHECK(office.look().dead_letters.empty());
}

TEST_CASE("a message whose job always throws is given up", "[step2]") {
  Office office(at_most(3));
  office.with(order("m1"));
  int times = 0;
  const Job fails = [&times](const Delivery&) -> Task<void> {
    ++times;
    throw std::runtime_error("no such gift");  // thrown by the call itself: this is no coroutine
  };

  while (run_inline(work(office.queue(), fails)) && times < 10) {
  }
  CHECK(times == 3);
  CHECK(office.look().dead_letters == std::vector<Message>{order("m1")});
}

TEST_CASE("dead letters do not hold up the messages behind them", "[step2]") {
  Office office(at_most(1));
  office.with(order("m1")).with(order("m2")).with(order("m3"));
  REQUIRE(office.received() == "m1");
  REQUIRE(office.received() == "m2");
  office.pass(kLease);

  CHECK(office.received() == "m3");
  CHECK(ids_of(office.look().dead_letters) == std::vector<std::string>{"m1", "m2"});
}

TEST_CASE("a message is given up also behind one that is at work", "[step2]") {
  Office office(at_most(1));
  office.with(order("m1")).with(order("m2")).with(order("m3"));
  REQUIRE(office.received() == "m1");
  const auto second = office.receive();
  REQUIRE(second);
  office.abandon(*second);

  CHECK(office.received() == "m3");
  CHECK(ids_of(office.look().dead_letters) == std::vector<std::string>{"m2"});
}

TEST_CASE("a redriven message begins anew under its id", "[step2]") {
  Office office(at_most(2));
  office.with(order("m1")).with(order("m2")).with(order("m3"));
  for (int time = 1; time <= 2; ++time) {
    REQUIRE(office.received() == "m1");
    REQUIRE(office.received() == "m2");
    const auto third = office.receive();
    REQUIRE(third);
    if (time == 2) office.acknowledge(*third);
    office.pass(kLease);
  }
  REQUIRE(office.received() == "");
  office.with(order("m4"));

  CHECK(run_inline(office.queue().redrive()) == 2);
  CHECK(office.look().dead_letters.empty());
  CHECK(run_inline(office.queue().redrive()) == 0);
  CHECK(office.received() == "m4");  // it has waited longer than the redriven ones
  const auto first = office.receive();
  REQUIRE(first);
  CHECK(first->message == order("m1"));
  CHECK(first->delivery_count == 1);
  CHECK(office.received() == "m2");
  office.abandon(*first);
  const auto second = office.receive();
  REQUIRE(second);
  CHECK(second->message == order("m1"));
  CHECK(second->delivery_count == 2);
}

TEST_CASE("a redriven message has none of its old tags", "[step2]") {
  Office office(at_most(2));
  office.with(order("m1"));
  std::vector<LeaseTag> tags;
  for (int deliveries = 1; deliveries <= 4; ++deliveries) {
    const auto delivery = office.receive();
    REQUIRE(delivery);
    for (const auto& tag : tags) CHECK(delivery->tag != tag);
    tags.push_back(delivery->tag);
    office.abandon(*delivery);
    if (deliveries != 2) continue;
    REQUIRE(office.received() == "");
    REQUIRE(run_inline(office.queue().redrive()) == 1);
  }
}

namespace {

// m1 is delivered at most twice, and is not lost.
std::optional<Violation> given_up_too_late_or_lost(const StoreView& view) {
  const int wrapped = times_wrapped(view, "m1");
  if (wrapped > 2) {
    return Violation{"livelock", "m1 is delivered twice at most",
                     "wrapped " + std::to_string(wrapped) + " times"};
  }
  const auto dead = ids_of(queue_in(*view.find(kQueueKey)).dead_letters);
  if (wrapped > 0 || dead == std::vector<std::string>{"m1"}) return std::nullopt;
  return Violation{"lost message", "m1 is wrapped, or it is a dead letter",
                   dead.empty() ? "neither" : "the dead letter is " + dead.front()};
}

}  // namespace

TEST_CASE("a message that kills its workers is given up", "[step2]") {
  auto scenario = queue_of({order("m1")})
                      .with_client("worker", works_once(at_most(2)), true)
                      .with_client("night", works_to_the_last(at_most(2)), true)
                      .at_rest(given_up_too_late_or_lost)
                      .with_faults({Fault::crash})
                      .up_to(2, 1);

  REQUIRE_EXPLORED(scenario.holds(no_garbage));
}
