// Files of a journal that are moved, removed or lost.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "broker/database.hpp"
#include "broker/fixtures.hpp"
#include "workshop/broker/in_process_broker.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
namespace fs = std::filesystem;

TEST_CASE("a journal whose folder or log is removed refuses definitely", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto inner = folder.file("inner");
  fs::create_directory(inner);
  SimulatedClock clock;
  InProcessBroker broker(clock, {inner + "/journal.db"});
  broker.declare_queue("orders");
  for (int i = 0; i < 3; ++i) sync_wait(broker.send("orders", note("m-" + std::to_string(i))));
  const auto delivery = sync_wait(broker.receive("orders"));
  REQUIRE(delivery.has_value());
  SECTION("the folder is removed") { fs::remove_all(inner); }
  SECTION("the folder is moved") { fs::rename(inner, folder.file("other")); }
  SECTION("the file is replaced") {
    fs::rename(inner + "/journal.db", inner + "/older");
    fs::copy_file(inner + "/older", inner + "/journal.db");
  }
  SECTION("the log is removed") { fs::remove(inner + "/journal.db-wal"); }
  const auto refused = [&](auto operation) {
    try {
      operation();
    } catch (const Unavailable& error) {
      CHECK_THAT(error.what(), ContainsSubstring("the journal '" + inner + "/journal.db' was mov"));
      CHECK_THAT(error.what(), ContainsSubstring("nothing was written. Put it back"));
      return true;
    }
    return false;
  };
  CHECK(refused([&] { sync_wait(broker.send("orders", note("m-9"))); }));
  CHECK(refused([&] { sync_wait(broker.receive("orders")); }));
  CHECK(refused([&] { sync_wait(broker.acknowledge(delivery->tag)); }));
  CHECK(refused([&] { broker.declare_queue("shop"); }));
  CHECK(broker.messages("orders").size() == 3);
}

TEST_CASE("a journal that is put back goes on", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto inner = folder.file("inner");
  fs::create_directory(inner);
  SimulatedClock clock;
  {
    InProcessBroker broker(clock, {inner + "/journal.db"});
    broker.declare_queue("orders");
    fs::rename(inner, folder.file("other"));
    CHECK_THROWS_AS(sync_wait(broker.send("orders", note("m-1"))), Unavailable);
    fs::rename(folder.file("other"), inner);
    CHECK_NOTHROW(sync_wait(broker.send("orders", note("m-1"))));
  }
  CHECK(InProcessBroker(clock, {inner + "/journal.db"}).messages("orders").size() == 1);
}

/// What a kill leaves of a journal with one message in its log, in another folder.
void write_killed(const fs::path& to) {
  const TemporaryFolder folder;
  SimulatedClock clock;
  InProcessBroker broker(clock, {folder.file("journal.db")});
  broker.declare_queue("orders");
  sync_wait(broker.send("orders", note("m-1")));
  fs::copy_file(folder.file("journal.db"), to / "journal.db");
  fs::copy_file(folder.file("journal.db-wal"), to / "journal.db-wal");
}

TEST_CASE("a log that is missing after a kill is noticed", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  write_killed(folder.path());
  SimulatedClock clock;
  const auto log = path + "-wal";
  fs::rename(log, folder.file("lost"));
  for (int i = 0; i < 2; ++i) {  // asking twice is no mend
    CHECK_THROWS_MATCHES(
        InProcessBroker(clock, {path}), Damaged,
        MessageMatches(ContainsSubstring("the journal '" + path + "' was not closed") &&
                       ContainsSubstring("'" + log + "' is missing") &&
                       ContainsSubstring("sqlite3 '" + path + "' \"PRAGMA user_version=0\"")));
  }
  SECTION("it is put back") {
    fs::rename(folder.file("lost"), log);
    CHECK(InProcessBroker(clock, {path}).messages("orders").size() == 1);
  }
  SECTION("it is lost") {
    Database(path).run("PRAGMA user_version=0");
    InProcessBroker broker(clock, {path});
    CHECK_NOTHROW(broker.declare_queue("orders"));
    CHECK(broker.messages("orders").empty());
  }
}

TEST_CASE("a log that is cut anywhere ends at its last whole transaction", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  const TemporaryFolder open;
  SimulatedClock clock;
  InProcessBroker broker(clock, {open.file("journal.db")});
  broker.declare_queue("orders");
  constexpr std::size_t kSent = 12;
  for (std::size_t i = 0; i < kSent; ++i) {
    sync_wait(broker.send("orders", note("m-" + std::to_string(i))));
  }
  const auto log_bytes = fs::file_size(open.file("journal.db-wal"));
  std::size_t most = 0;
  for (std::size_t size = log_bytes; size > 0; size -= std::min<std::size_t>(size, 1'777)) {
    CAPTURE(size, log_bytes);
    fs::remove(path);
    fs::remove(path + "-wal");
    fs::copy_file(open.file("journal.db"), path);
    fs::copy_file(open.file("journal.db-wal"), path + "-wal");
    fs::resize_file(path + "-wal", size);
    InProcessBroker again(clock, {path});
    again.declare_queue("orders");
    const auto messages = again.messages("orders");
    for (std::size_t i = 0; i < messages.size(); ++i) {
      CHECK(messages[i].message->id.value == "m-" + std::to_string(i));
    }
    if (size == log_bytes) CHECK(messages.size() == kSent);
    CHECK(messages.size() <= (size == log_bytes ? kSent : most));
    most = messages.size();
  }
  CHECK(most == 0);
}

TEST_CASE("a journal that was closed needs no log, and can be copied", "[broker][journal]") {
  const TemporaryFolder folder;
  write_killed(folder.path());
  SimulatedClock clock;
  {
    InProcessBroker(clock, {folder.file("journal.db")});
  }
  CHECK_FALSE(fs::exists(folder.file("journal.db-wal")));
  fs::copy_file(folder.file("journal.db"), folder.file("copy.db"));
  CHECK(InProcessBroker(clock, {folder.file("copy.db")}).messages("orders").size() == 1);
}

TEST_CASE("a damaged journal with a log is left alone with its log", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  {
    SimulatedClock clock;
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders");
    sync_wait(broker.send("orders", note("m-1")));
  }
  Database damage(path);
  damage.run("UPDATE message SET queue=8");  // it stands in the log
  const TemporaryFolder copy;
  fs::copy_file(path, copy.file("journal.db"));
  fs::copy_file(path + "-wal", copy.file("journal.db-wal"));
  const auto size = fs::file_size(copy.file("journal.db-wal"));
  SimulatedClock clock;
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_MATCHES(InProcessBroker(clock, {copy.file("journal.db")}), Damaged,
                         MessageMatches(ContainsSubstring("entry 1 of table message")));
    CHECK(fs::file_size(copy.file("journal.db-wal")) == size);
  }
}

}  // namespace
}  // namespace workshop
