#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <stdexcept>

#include "post.hpp"

using namespace workshop;
using namespace workshop::testing;

// Green from the start: keep it so.
TEST_CASE("messages are received in order and leave when they are acknowledged", "[step1][given]") {
  Office office;
  office.with(order("m1")).with(order("m2"));

  const auto first = office.receive();
  REQUIRE(first);
  CHECK(first->message == order("m1"));
  CHECK(first->delivery_count == 1);
  office.acknowledge(*first);

  const auto second = office.receive();
  REQUIRE(second);
  CHECK(second->message == order("m2"));
  office.acknowledge(*second);
  CHECK(office.received() == "");
  CHECK(office.look().entries.empty());
}

TEST_CASE("nobody else receives a message while its lease runs", "[step1]") {
  Office office;
  office.with(order("m1")).with(order("m2"));

  CHECK(office.received() == "m1");
  CHECK(office.received() == "m2");
  CHECK(office.received() == "");
  office.pass(kLease - 1);
  CHECK(office.received() == "");

  Office hasty(QueueOptions{std::chrono::milliseconds{1'500}, 10});
  hasty.with(order("m1"));
  CHECK(hasty.received() == "m1");
  hasty.pass(1'499);
  CHECK(hasty.received() == "");
}

TEST_CASE("a message whose lease has expired comes again under another tag", "[step1]") {
  Office office;
  office.with(order("m1")).with(order("m2"));

  const auto first = office.receive();
  REQUIRE(first);
  office.pass(1);
  REQUIRE(office.received() == "m2");  // its lease ends later, and so it stays with its worker
  office.pass(kLease - 1);
  const auto second = office.receive();
  REQUIRE(second);
  CHECK(second->message == order("m1"));
  CHECK(second->tag != first->tag);
  CHECK(office.received() == "");
}

TEST_CASE("a stale tag settles nothing", "[step1]") {
  Office office;
  office.with(order("m1"));
  const auto late = office.receive();
  REQUIRE(late);
  office.pass(kLease);

  // No other worker has the message yet, but one may receive it at any moment.
  CHECK_THROWS_AS(office.acknowledge(*late), LeaseLost);
  CHECK_THROWS_AS(office.abandon(*late), LeaseLost);

  const auto holder = office.receive();
  REQUIRE(holder);
  CHECK_THROWS_AS(office.acknowledge(*late), LeaseLost);
  CHECK_THROWS_AS(office.abandon(*late), LeaseLost);
  CHECK(office.received() == "");            // it is still leased …
  CHECK(office.look().entries.size() == 1);  // … and still there
  CHECK_NOTHROW(office.acknowledge(*holder));

  CHECK_THROWS_AS(office.acknowledge(*holder), LeaseLost);
  CHECK_THROWS_AS(office.acknowledge(Delivery{kWrapping, order("m1"), LeaseTag{""}}), LeaseLost);
}

TEST_CASE("a tag names one delivery also of a message that was sent twice", "[step1]") {
  Office office;
  office.with(order("m1")).with(order("m1"));

  const auto first = office.receive();
  const auto second = office.receive();
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->tag != second->tag);
  office.acknowledge(*first);
  CHECK(office.look().entries.size() == 1);
  CHECK_NOTHROW(office.acknowledge(*second));
  CHECK(office.look().entries.empty());

  office.with(order("m1"));  // sent once more: it has the place of the first one
  const auto third = office.receive();
  REQUIRE(third);
  CHECK(third->tag != first->tag);
  CHECK(third->tag != second->tag);
}

TEST_CASE("a message that is given back is visible at once", "[step1]") {
  Office office;
  office.with(order("m1")).with(order("m2"));
  const auto first = office.receive();
  REQUIRE(first);
  office.abandon(*first);

  CHECK_THROWS_AS(office.acknowledge(*first), LeaseLost);
  const auto again = office.receive();
  REQUIRE(again);
  CHECK(again->message == order("m1"));  // it has kept its place
  CHECK(again->tag != first->tag);
  CHECK_THROWS_AS(office.abandon(*first), LeaseLost);
  CHECK(office.received() == "m2");
}

namespace {

Task<void> wrap_nothing(const Delivery&) { co_return; }

Task<void> fails(const Delivery&) {
  throw std::runtime_error("out of ribbon");
  co_return;
}

Task<void> has_a_bug(const Delivery&) {
  throw std::logic_error("the 41st of 40 gifts");
  co_return;
}

}  // namespace

TEST_CASE("a message whose job throws comes again at once", "[step1]") {
  const Job job = GENERATE(Job(fails), Job(has_a_bug));
  Office office;
  office.with(order("m1"));

  bool worked = false;
  CHECK_NOTHROW(worked = run_inline(work(office.queue(), job)));
  CHECK(worked);
  CHECK(office.received() == "m1");
}

TEST_CASE("a worker that is too late leaves the message to the next one", "[step1]") {
  const bool succeeds = GENERATE(true, false);
  CAPTURE(succeeds);
  Office office;
  office.with(order("m1"));
  std::optional<Delivery> other;
  const Job slow = [&](const Delivery& delivery) {
    office.pass(kLease);
    other = office.receive();
    return succeeds ? wrap_nothing(delivery) : fails(delivery);
  };

  bool worked = false;
  CHECK_NOTHROW(worked = run_inline(work(office.queue(), slow)));
  CHECK(worked);
  REQUIRE(other);
  CHECK(office.received() == "");
  CHECK_NOTHROW(office.acknowledge(*other));
}

TEST_CASE("a worker does not keep to itself that the queue is out of reach", "[step1]") {
  const bool succeeds = GENERATE(true, false);
  CAPTURE(succeeds);
  Office office;
  office.with(order("m1"));
  const Job job = [&](const Delivery& delivery) {
    office.database_reachable(false);
    return succeeds ? wrap_nothing(delivery) : fails(delivery);
  };

  CHECK_THROWS_AS(run_inline(work(office.queue(), job)), Unavailable);  // it cannot settle
  CHECK_THROWS_AS(run_inline(work(office.queue(), job)), Unavailable);  // nor receive
  office.database_reachable(true);
  CHECK(office.look().entries.size() == 1);
}
