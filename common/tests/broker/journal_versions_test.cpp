// Journals that other versions of this library have written.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <string>

#include "broker/database.hpp"
#include "broker/fixtures.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using std::chrono::milliseconds;

/// What version 1 writes for a queue of two deliveries that has delivered a message once, with one
/// subscription.
constexpr const char* kVersion1 = R"sql(
  PRAGMA journal_mode=WAL;
  BEGIN;
  CREATE TABLE queue(
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
    lease_ms INTEGER NOT NULL, deliveries_max INTEGER NOT NULL);
  CREATE TABLE subscription(
    topic TEXT NOT NULL, queue INTEGER NOT NULL, PRIMARY KEY(topic, queue));
  CREATE TABLE message(
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, due_ms INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL, id BLOB NOT NULL, type BLOB NOT NULL, body BLOB NOT NULL,
    headers BLOB NOT NULL);
  PRAGMA application_id=0x57734a31;
  INSERT INTO queue VALUES(0, 'orders', 1000, 2);
  INSERT INTO subscription VALUES('booked', 0);
  INSERT INTO message VALUES(7, 0, -9223372036854775808, 1, x'6d2d31', x'4e6f7465', x'7b7d',
    CAST('4:shop5:north' AS BLOB));
  COMMIT;
)sql";

TEST_CASE("a journal of version 1 is read, and keeps reasons from then on", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  Database(path).run(kVersion1);
  SimulatedClock clock;
  {
    InProcessBroker broker(clock, {path});
    const auto delivery = sync_wait(broker.receive("orders"));
    REQUIRE(delivery.has_value());
    CHECK(delivery->message == Message{MessageId{"m-1"}, "Note", "{}", {{"shop", "north"}}});
    CHECK(delivery->delivery_count == 2);
    sync_wait(broker.publish("booked", note("m-2")));
    sync_wait(broker.abandon(sync_wait(broker.receive("orders"))->tag, "no coupon"));
  }
  CHECK(Database(path).application_id() == 0x57734a32);
  InProcessBroker broker(clock, {path});  // m-1 was leased for the last time: it is given up
  REQUIRE(broker.messages("orders/dead-letter").size() == 1);
  const auto dead = broker.messages("orders/dead-letter")[0].message;
  CHECK(dead->id.value == "m-1");
  CHECK(dead->header(header::kDeadLetterFailure) == "");
  sync_wait(broker.receive("orders"));
  clock.advance(milliseconds{1000});
  REQUIRE(broker.messages("orders/dead-letter").size() == 2);
  CHECK(broker.messages("orders/dead-letter")[1].message->header(header::kDeadLetterFailure) ==
        "no coupon");
}

TEST_CASE("a journal of a later version is refused and left alone", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  Database(path).run("CREATE TABLE news(what TEXT); PRAGMA application_id=0x57734a33;");
  SimulatedClock clock;
  CHECK_THROWS_MATCHES(
      InProcessBroker(clock, {path}), InvalidRequest,
      MessageMatches(ContainsSubstring("has version 3, and this program knows up to 2")));
  CHECK(Database(path).application_id() == 0x57734a33);
  Database(path).run("DROP TABLE news");
}

TEST_CASE("a reason that the journal refuses leaves the delivery as it was", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  SimulatedClock clock;
  InProcessBroker broker(clock, {path, 64 * 1024});
  broker.declare_queue("orders", {milliseconds{1000}, 2});
  sync_wait(broker.send("orders", note("m-1")));
  auto delivery = sync_wait(broker.receive("orders"));
  CHECK_THROWS_MATCHES(sync_wait(broker.abandon(delivery->tag, std::string(100'000, 'x'))),
                       Unavailable, MessageMatches(ContainsSubstring("nothing was written")));
  CHECK(broker.visible_count("orders") == 0);
  CHECK_NOTHROW(sync_wait(broker.abandon(delivery->tag, "no coupon")));
  delivery = sync_wait(broker.receive("orders"));
  CHECK_THROWS_AS(sync_wait(broker.abandon(delivery->tag, std::string(100'000, 'x'))), Unavailable);
  CHECK(broker.messages("orders").size() == 1);
  clock.advance(milliseconds{1000});
  REQUIRE(broker.messages("orders/dead-letter").size() == 1);
  CHECK(broker.messages("orders/dead-letter")[0].message->header(header::kDeadLetterFailure) ==
        "no coupon");
}

}  // namespace
}  // namespace workshop
