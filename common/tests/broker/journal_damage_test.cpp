// A journal is input: whatever its bytes are, it opens, or it is refused with one clear error.
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "broker/database.hpp"
#include "broker/fixtures.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// A journal of three queues with subscriptions, forty messages with headers, some of which were
/// delivered, delayed, abandoned and given up; closed.
void write_journal(const std::string& path) {
  SimulatedClock clock;
  InProcessBroker broker(clock, {path});
  for (const auto* queue : {"orders", "payments", "shipping"}) {
    broker.declare_queue(queue, {milliseconds{30'000}, 2});
    broker.subscribe("booked", queue);
  }
  for (int i = 0; i < 10; ++i) {
    Message message{MessageId{"m-" + std::to_string(i)}, "Note", R"({"n":1})", {{"shop", "north"}}};
    sync_wait(broker.publish("booked", message));
    message.body.assign(static_cast<std::size_t>(i) * 700, 'b');  // some need overflow pages
    sync_wait(broker.send("orders", message, milliseconds{i}));
  }
  for (int i = 0; i < 3; ++i) {
    sync_wait(broker.abandon(sync_wait(broker.receive("payments"))->tag, "no coupon"));
  }
  sync_wait(broker.receive("shipping"));
}

/// Opens a journal and works with what is in it. Returns the refusal, or "" when there is none.
std::string use_journal(const std::string& path) {
  try {
    SimulatedClock clock;
    InProcessBroker broker(clock, {path});
    for (const auto* queue : {"orders", "payments", "shipping"}) {
      broker.declare_queue(queue, {milliseconds{30'000}, 2});
      while (const auto delivery = sync_wait(broker.receive(queue))) {
        sync_wait(broker.acknowledge(delivery->tag));
      }
      sync_wait(broker.redrive(queue));
    }
    sync_wait(broker.publish("booked", note("after")));
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// What opening the journal that `sql` has changed is refused with.
std::string refusal_after(const std::string& sql) {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  write_journal(path);
  Database(path).run(sql.c_str());
  const auto before = bytes_of(path);
  const auto refusal = use_journal(path);
  if (!refusal.empty()) {
    CHECK_THAT(refusal, ContainsSubstring("'" + path + "'"));
    CHECK(refusal.find('\n') == std::string::npos);
    CHECK(bytes_of(path) == before);  // what is refused is left alone
  }
  return refusal;
}

TEST_CASE("a journal with any byte changed opens or is refused", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto original = folder.file("original.db");
  write_journal(original);
  const auto right = bytes_of(original);
  std::vector<std::size_t> used;
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (right[i] != 0) used.push_back(i);
  }
  const auto path = folder.file("journal.db");
  std::mt19937_64 random(15);
  ::alarm(100);  // one that hangs ends the program
  for (int change = 0; change < 3'000; ++change) {
    auto bytes = right;
    const auto at = change % 4 == 0 ? random() % bytes.size() : used[random() % used.size()];
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) + 1 + random() % 255);
    CAPTURE(change, at, static_cast<int>(bytes[at]));
    std::filesystem::remove(path + "-wal");
    write_bytes(path, bytes);
    const auto begin = std::chrono::steady_clock::now();
    const auto refusal = use_journal(path);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(5));
    if (refusal.empty()) continue;
    CHECK_THAT(refusal, ContainsSubstring("'" + path + "'"));
    CHECK(bytes_of(path) == bytes);
  }
  ::alarm(0);
}

TEST_CASE("a journal cut anywhere opens or is refused", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto original = folder.file("original.db");
  write_journal(original);
  const auto right = bytes_of(original);
  const auto path = folder.file("journal.db");
  for (std::size_t size = 1; size < right.size(); size += 509) {
    CAPTURE(size);
    write_bytes(path, right.substr(0, size));
    CHECK_THAT(use_journal(path), ContainsSubstring("'" + path + "'"));
  }
}

TEST_CASE("a damaged journal says which entry, what is wrong, and what can be saved",
          "[broker][journal]") {
  const auto refusal = refusal_after("UPDATE message SET headers=x'2e3a' WHERE sequence=7");
  CHECK_THAT(refusal, ContainsSubstring("is damaged: entry 7 of table message: "));
  CHECK_THAT(refusal, ContainsSubstring("the headers"));
  CHECK_THAT(refusal, ContainsSubstring("39 of 40 messages are sound"));
  CHECK_THAT(refusal, ContainsSubstring("DELETE FROM message WHERE sequence IN (7)"));
}

TEST_CASE("the mend of a damaged entry saves the others", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  write_journal(path);
  Database(path).run("UPDATE message SET queue=66 WHERE sequence IN (7, 9)");
  CHECK_THAT(use_journal(path), ContainsSubstring("DELETE FROM message WHERE sequence IN (7, 9)"));
  Database(path).run("DELETE FROM message WHERE sequence IN (7, 9)");
  CHECK(use_journal(path) == "");
}

TEST_CASE("what a journal's entry cannot be is refused", "[broker][journal]") {
  const std::string known = "names a queue that is not there";
  CHECK_THAT(refusal_after("UPDATE message SET queue=6 WHERE sequence=3"),
             ContainsSubstring("entry 3 of table message: it " + known));
  CHECK_THAT(refusal_after("UPDATE message SET queue=-1 WHERE sequence=3"),
             ContainsSubstring(known));
  CHECK_THAT(refusal_after("UPDATE message SET queue=4294967296 WHERE sequence=3"),
             ContainsSubstring(known));
  CHECK_THAT(refusal_after("UPDATE message SET delivery_count=-1 WHERE sequence=3"),
             ContainsSubstring("delivery_count"));
  CHECK_THAT(refusal_after("UPDATE message SET delivery_count=4294967295 WHERE sequence=3"),
             ContainsSubstring("delivery_count"));
  CHECK_THAT(refusal_after("UPDATE message SET due_ms='soon' WHERE sequence=3"),
             ContainsSubstring("due_ms"));
  CHECK_THAT(refusal_after("UPDATE message SET body=3 WHERE sequence=3"),
             ContainsSubstring("body"));
  CHECK_THAT(refusal_after("UPDATE message SET sequence=-3 WHERE sequence=3"),
             ContainsSubstring("sequence"));
  CHECK_THAT(refusal_after("UPDATE subscription SET queue=8 WHERE queue=2"),
             ContainsSubstring("table subscription: it " + known));
  CHECK_THAT(refusal_after("UPDATE queue SET number=3 WHERE number=2"),
             ContainsSubstring("table queue"));
  CHECK_THAT(refusal_after("DELETE FROM queue WHERE number=2"), ContainsSubstring("table queue"));
  CHECK_THAT(refusal_after("UPDATE queue SET lease_ms=0 WHERE number=2"),
             ContainsSubstring("lease_ms"));
  CHECK_THAT(refusal_after("UPDATE queue SET deliveries_max=4294967296 WHERE number=2"),
             ContainsSubstring("deliveries_max"));
  CHECK_THAT(refusal_after("UPDATE queue SET name='orders/dead-letter' WHERE number=2"),
             ContainsSubstring("name"));
  CHECK_THAT(refusal_after("UPDATE sqlite_sequence SET seq=5"), ContainsSubstring("sequence"));
  CHECK_THAT(refusal_after("UPDATE sqlite_sequence SET seq=9223372036854775807"),
             ContainsSubstring("sequence"));
  CHECK_THAT(refusal_after("DELETE FROM sqlite_sequence"), ContainsSubstring("sequence"));
  CHECK_THAT(refusal_after("CREATE TRIGGER t AFTER DELETE ON message BEGIN "
                           "INSERT INTO subscription VALUES('x', old.sequence); END"),
             ContainsSubstring("schema"));
  CHECK_THAT(refusal_after("DROP TABLE subscription"), ContainsSubstring("schema"));
}

TEST_CASE("headers that are no headers are refused", "[broker][journal]") {
  const auto refuses = [](const std::string& headers) {
    const auto refusal = refusal_after("UPDATE message SET headers=CAST('" + headers +
                                       "' AS BLOB) WHERE sequence=4");
    CAPTURE(headers);
    CHECK_THAT(refusal, ContainsSubstring("entry 4 of table message: the headers"));
  };
  refuses(".:");              // the size is no number
  refuses(":");               // it has no digit
  refuses("4:shop");          // a name without a value
  refuses("4:shop6:north");   // more than there is
  refuses("4:shop5:north3");  // a size without an end
  refuses("04:shop5:north");  // not as it is written
  refuses("4:shop5:north4:shop5:south");
  refuses("18446744073709551620:shop5:north");
}

}  // namespace
}  // namespace workshop
