// What `prove` looks at besides, of the queue: names, numbers, and times.
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cctype>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "post.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/shop/situations.hpp"

using namespace workshop;
using namespace workshop::testing;

TEST_CASE("hundreds of thousands of deliveries have tags of their own", "[.exam]") {
  Queue queue;
  for (const auto* id : {"m1", "m2"}) queue.entries.push_back(Entry{order(id), "", 0, 0});
  const auto options = at_most(std::numeric_limits<std::uint32_t>::max());
  std::set<std::string> tags;
  constexpr int kDeliveries = 300'000;
  for (int i = 0; i < kDeliveries; ++i) {
    tags.insert(receive(queue, options, kMorning)->tag.value);
    queue.entries.front().visible_at_ms = 0;
  }
  CHECK(tags.size() == kDeliveries);
  CHECK(queue.entries.back().delivery_count == 0);
}

TEST_CASE("a message is given up when it was delivered as often as the options say", "[.exam]") {
  for (const std::uint32_t most : {0U, 1U, 2U, 3U, 9U, 10U, 11U, 100U, 300U}) {
    CAPTURE(most);
    Office office(at_most(most));
    office.with(order("m1"));
    std::uint32_t count = 0;
    while (const auto delivery = office.receive()) {
      REQUIRE(delivery->delivery_count == ++count);
      REQUIRE(count <= most);
      office.abandon(*delivery);
    }
    CHECK(count == most);
    REQUIRE(office.look().dead_letters.size() == 1);
  }
}

TEST_CASE("thousands of dead letters are kept in their order, and put back", "[.exam]") {
  Queue queue;
  std::vector<std::string> ids;
  for (int i = 1; i <= 1'200; ++i) {
    ids.push_back("m" + std::to_string(i));
    queue.entries.push_back(Entry{order(ids.back()), "", 0, 3});
  }
  CHECK_FALSE(receive(queue, at_most(3), kMorning));
  CHECK(queue.entries.empty());
  CHECK(ids_of(queue.dead_letters) == ids);
  CHECK(redrive(queue) == ids.size());
  CHECK(queue.dead_letters.empty());
  std::vector<std::string> back;
  for (const auto& entry : queue.entries) {
    back.push_back(entry.message.id.value);
    REQUIRE(entry.delivery_count == 0);
  }
  CHECK(back == ids);
}

TEST_CASE("one more dead letter drives out none of twenty thousand", "[.exam]") {
  Queue queue;
  constexpr std::size_t kMany = 20'000;
  queue.dead_letters.assign(kMany, order("old"));
  queue.entries.push_back(Entry{order("new"), "", 0, 3});
  CHECK_FALSE(receive(queue, at_most(3), kMorning));
  REQUIRE(queue.dead_letters.size() == kMany + 1);
  CHECK(queue.dead_letters.front() == order("old"));
  CHECK(queue.dead_letters.back() == order("new"));
  CHECK(redrive(queue) == kMany + 1);
  CHECK(queue.entries.size() == kMany + 1);
}

TEST_CASE("a lease is as long as the options say, when it begins and when it is renewed",
          "[.exam]") {
  constexpr Milliseconds kHour = 3'600'000;
  for (const Milliseconds lease : {kHour / kHour, kHour + 1, 24 * 60 * kHour, 24 * 3'660 * kHour}) {
    CAPTURE(lease);
    const QueueOptions options{std::chrono::milliseconds{lease}, 10};
    Queue queue;
    queue.entries.push_back(Entry{order("m1"), "", 0, 0});
    const auto delivery = receive(queue, options, kMorning);
    REQUIRE(delivery);
    const auto last = kMorning + lease - 1;
    CHECK_FALSE(receive(queue, options, last));
    renew(queue, options, delivery->tag, last);
    CHECK_FALSE(receive(queue, options, last + lease - 1));
    REQUIRE(receive(queue, options, last + lease));
  }
}

TEST_CASE("a lease ends to the millisecond, at each settlement", "[.exam]") {
  for (const Milliseconds late : {-2, -1, 0, 1, 2}) {
    CAPTURE(late);
    for (int settles = 0; settles < 3; ++settles) {
      Queue queue;
      queue.entries.push_back(Entry{order("m1"), "", 0, 0});
      const auto begin = kMorning + 3;
      const auto delivery = receive(queue, kOptions, begin);
      REQUIRE(delivery);
      const auto now = begin + kLease + late;
      const auto settle = [&] {
        if (settles == 0) acknowledge(queue, delivery->tag, now);
        if (settles == 1) abandon(queue, delivery->tag, now);
        if (settles == 2) renew(queue, kOptions, delivery->tag, now);
      };
      if (late < 0) {
        CHECK_NOTHROW(settle());
      } else {
        CHECK_THROWS_AS(settle(), LeaseLost);
        CHECK(receive(queue, kOptions, now).has_value());
      }
    }
  }
}

TEST_CASE("what only looks like a tag settles nothing", "[.exam]") {
  Queue queue;
  queue.entries.push_back(Entry{order("m1"), "", 0, 0});
  queue.entries.push_back(Entry{order("m2"), "", 0, 0});
  const auto tag = receive(queue, kOptions, kMorning)->tag.value;
  auto capitals = tag;
  for (auto& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto before = queue;
  for (const auto& other :
       {std::string(), tag.substr(0, tag.size() - 1), tag.substr(0, 8), tag.substr(1), tag + "0",
        tag + " ", " " + tag, "0" + tag, capitals == tag ? "" : capitals, std::string("m1"),
        std::string("m2")}) {
    CAPTURE(tag, other);
    CHECK_THROWS_AS(acknowledge(queue, LeaseTag{other}, kMorning), LeaseLost);
    CHECK_THROWS_AS(abandon(queue, LeaseTag{other}, kMorning), LeaseLost);
    CHECK_THROWS_AS(renew(queue, kOptions, LeaseTag{other}, kMorning), LeaseLost);
    REQUIRE(queue == before);
  }
}

TEST_CASE("each rule changes what it is about, and nothing else", "[.exam]") {
  const std::size_t copies_count = GENERATE(2, shop::kMoreThanAnybodyCounts);  // of one message
  const auto options = at_most(12);
  Queue before;
  before.entries.assign(copies_count, Entry{order("m1"), "", 0, 9});
  before.entries.push_back(Entry{order("m2"), "over", 1, 9});
  before.dead_letters.push_back(order("old"));
  auto queue = before;
  const auto delivery = receive(queue, options, kMorning);
  REQUIRE(delivery);
  CHECK(delivery->message == order("m1"));
  CHECK(delivery->delivery_count == 10);
  auto expected = before;
  expected.entries[0] = {order("m1"), delivery->tag.value, kMorning + options.lease_ms.count(), 10};
  CHECK((queue == expected));

  renew(queue, options, delivery->tag, kMorning + 7);
  expected.entries[0].visible_at_ms += 7;
  CHECK((queue == expected));

  auto given_back = queue;
  abandon(given_back, delivery->tag, kMorning + 8);
  CHECK(given_back.entries[0].visible_at_ms <= kMorning + 8);
  CHECK(given_back.entries[0].delivery_count == 10);
  REQUIRE(given_back.entries.size() == copies_count + 1);
  given_back.entries[0] = before.entries[0];
  CHECK((given_back == before));

  acknowledge(queue, delivery->tag, kMorning + 8);
  expected.entries.erase(expected.entries.begin());
  CHECK((queue == expected));

  CHECK(redrive(queue) == 1);
  expected.dead_letters.clear();
  expected.entries.push_back(Entry{order("old"), "", 0, 0});
  REQUIRE(queue.entries.size() == copies_count + 1);
  CHECK(queue.entries.back().visible_at_ms <= kMorning);
  queue.entries.back().visible_at_ms = 0;
  CHECK((queue == expected));
}

TEST_CASE("a renewal counts from now, also when the leases have become shorter", "[.exam]") {
  const process::TemporaryFolder folder;
  const auto database = folder.file("shop.db");
  std::optional<Delivery> delivery;
  {
    Office office(kOptions, database);
    office.with(order("m1"));
    delivery = office.receive();
    REQUIRE(delivery);
  }
  Office office(QueueOptions{std::chrono::milliseconds{1'000}, 10}, database);
  office.renew(*delivery);
  office.pass(999);
  CHECK(office.received() == "");
  office.pass(1);
  CHECK(office.received() == "m1");
}

TEST_CASE("a lease lasts as long as it was given, also for whoever gives shorter ones", "[.exam]") {
  const process::TemporaryFolder folder;
  const auto database = folder.file("shop.db");
  REQUIRE(Office(kOptions, database).with(order("m1")).received() == "m1");
  Office office(QueueOptions{std::chrono::milliseconds{1'000}, 10}, database);
  CHECK(office.received() == "");
  office.pass(kLease - 1);
  CHECK(office.received() == "");
  office.pass(1);
  CHECK(office.received() == "m1");
}

TEST_CASE("whatever is leased before it, the first visible message is delivered", "[.exam]") {
  constexpr std::size_t kMessages = 12;
  for (std::size_t visible = 0; visible < kMessages; ++visible) {
    CAPTURE(visible);
    Queue queue;
    for (std::size_t i = 0; i < kMessages; ++i) {
      queue.entries.push_back(Entry{order("m" + std::to_string(i)), "tag", kMorning + 1, 1});
    }
    CHECK_FALSE(receive(queue, kOptions, kMorning));
    for (auto i = visible; i < kMessages; ++i) {  // whichever lease has ended first
      queue.entries[i].visible_at_ms = kMorning - static_cast<Milliseconds>(i * 5 % kMessages);
    }
    for (auto i = visible; i < kMessages; ++i) {
      const auto delivery = receive(queue, kOptions, kMorning);
      REQUIRE(delivery);
      REQUIRE(delivery->message.id.value == "m" + std::to_string(i));
    }
    CHECK_FALSE(receive(queue, kOptions, kMorning));
  }
}

TEST_CASE("however many are leased or dead before it, a visible message is delivered", "[.exam]") {
  constexpr std::size_t kMany = shop::kMoreThanAnybodyCounts;
  for (const bool dead : {false, true}) {
    CAPTURE(dead);
    Queue queue;
    const auto visible_at = dead ? kMorning : kMorning + 1;
    queue.entries.assign(kMany, Entry{order("old"), "tag", visible_at, 3});
    queue.entries.push_back(Entry{order("new"), "", 0, 0});
    const auto delivery = receive(queue, at_most(3), kMorning);
    REQUIRE(delivery);
    REQUIRE(delivery->message == order("new"));
    CHECK(queue.dead_letters.size() == (dead ? kMany : 0));
    renew(queue, kOptions, delivery->tag, kMorning);
    acknowledge(queue, delivery->tag, kMorning);
    CHECK(queue.entries.size() == (dead ? 0 : kMany));
  }
}

TEST_CASE("deliveries are counted as far as an options' bound can say", "[.exam]") {
  constexpr auto kMost = std::numeric_limits<std::uint32_t>::max();
  for (const std::uint32_t count : {254U, 255U, 32'767U, 65'534U, 65'535U, 2'147'483'647U}) {
    Queue queue;
    queue.entries.push_back(Entry{order("m1"), "", 0, count});
    CAPTURE(count);
    const auto delivery = receive(queue, at_most(kMost), kMorning);
    REQUIRE(delivery);
    REQUIRE(delivery->delivery_count == count + 1);
    REQUIRE(queue.entries.front().delivery_count == count + 1);
  }
}
