// How the files of the write-ahead logs are written.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "store/sqlite_faults.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/sqlite/database.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

using process::TemporaryFolder;

struct Logs {
  TemporaryFolder folder;
  FaultyDisk disk;
  SimulatedClock clock;
  InProcessBroker broker{clock, {folder.file("journal.db")}};
  SqliteStore store{{.path = folder.file("store.db")}};

  Logs() { broker.declare_queue("orders"); }

  void put(const std::string& body) {
    sync_wait(store.put({"shop", "order"}, body, Expected::any()));
  }
  void send(const std::string& body) { sync_wait(broker.send("orders", {{}, "Note", body, {}})); }
  std::uintmax_t bytes(const char* database) const {
    return std::filesystem::file_size(folder.file(database) + "-wal");
  }

  /// How many of 2,000 times the operation makes the log longer.
  template <class Operation>
  int growths(const char* database, Operation operation) {
    int count = 0;
    for (int i = 0; i < 2'000; ++i) {
      const auto before = bytes(database);
      operation();
      if (bytes(database) > before) ++count;
    }
    return count;
  }
};

TEST_CASE("what a commit adds to a log is written in one piece", "[durability]") {
  Logs logs;
  const auto writes = [&](auto operation) {
    const auto before = logs.disk.log_writes_count();
    operation();
    return logs.disk.log_writes_count() - before;
  };
  const std::string body(100'000, 'b');  // of 25 pages
  logs.put(body);                        // the log grows, for this and the next
  logs.send(body);
  CHECK(writes([&] { logs.put(body); }) == 1);
  CHECK(writes([&] { logs.send(body); }) == 1);
  // Nor does one that is not synced take more.
  CHECK(writes([&] { sync_wait(logs.broker.receive("orders")); }) == 1);
}

TEST_CASE("where commits are not synced, a checkpoint and a log that begins again are",
          "[durability]") {
  Logs logs;
  logs.broker.declare_queue("counted", {std::chrono::seconds(30), 1'000'000});
  sync_wait(logs.broker.send("counted", {{}, "Note", "{}", {}}));
  const auto count_deliveries = [&](int count) {  // a commit of a page each
    for (int i = 0; i < count; ++i) {
      sync_wait(logs.broker.abandon(sync_wait(logs.broker.receive("counted"))->tag, ""));
    }
  };
  const auto before = logs.disk.log_syncs_count();
  count_deliveries(900);
  CHECK(logs.disk.log_syncs_count() == before);
  count_deliveries(200);
  // The log before it is copied, and its new header.
  CHECK(logs.disk.log_syncs_count() == before + 2);
}

TEST_CASE("a checkpoint after a large transaction that was rolled back syncs the log",
          "[durability]") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  detail::SqliteDatabase database({"journal", folder.file("journal.db"), std::chrono::seconds(5)});
  database.use_write_ahead_log();
  database.execute("CREATE TABLE bodies (body TEXT)");
  database.execute("PRAGMA cache_size=1");  // pages, so that frames are written before the commit
  database.set_sync_at_commit(false);
  const auto insert = [&](int bytes) {
    database.execute(fmt::format("INSERT INTO bodies VALUES (zeroblob({}))", bytes));
  };
  for (const int bytes : {8'000, 14'000, 20'000, 30'000}) {
    CAPTURE(bytes);
    insert(100);
    database.execute("BEGIN");
    insert(bytes);
    database.execute("ROLLBACK");
    const auto before = disk.log_syncs_count();
    database.number("PRAGMA wal_checkpoint(PASSIVE)");
    CHECK(disk.log_syncs_count() == before + 1);
  }
}

TEST_CASE("a log grows ahead of what is written, so that few syncs find it longer",
          "[durability]") {
  Logs logs;
  const auto of_store = logs.growths("store.db", [&] { logs.put("{}"); });
  const auto of_journal = logs.growths("journal.db", [&] { logs.send("{}"); });
  CAPTURE(of_store, of_journal);
  CHECK(of_store > 1);
  CHECK(of_store <= 30);
  CHECK(of_journal > 1);
  CHECK(of_journal <= 30);
  CHECK(logs.bytes("store.db") <= 5'000'000);  // it is copied at a thousand pages
  CHECK(logs.bytes("journal.db") <= 5'000'000);
}

TEST_CASE("where the bytes of a journal are limited, its log has no more than what is written",
          "[durability]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  SimulatedClock clock;
  InProcessBroker broker(clock, {path, 50'000'000});
  broker.declare_queue("orders");
  constexpr int kHeader = 32;
  constexpr int kFrame = 24 + 4'096;
  sync_wait(broker.send("orders", {{}, "Note", std::string(40'000, 'b'), {}}));
  const auto bytes = std::filesystem::file_size(path + "-wal");
  CHECK((bytes - kHeader) % kFrame == 0);
  CHECK((bytes - kHeader) / kFrame <= 20);
}

TEST_CASE("a disk that has no room for what a log grows ahead holds no commit up", "[durability]") {
  Logs logs;
  const std::string body(40'000, 'b');
  logs.put("{}");
  const auto before = logs.bytes("store.db");
  logs.disk.set(FaultyDisk::Fault::full_at_write, 35);  // pieces of 2 KiB: a commit has 21 or 22
  logs.put(body);
  CHECK(logs.disk.faults_count() == 1);
  // What did fit of the zeros is given back.
  CHECK(logs.bytes("store.db") > before);
  CHECK(logs.bytes("store.db") < before + 48'000);
  logs.disk.set(FaultyDisk::Fault::none);
  logs.put(body);
  CHECK(logs.bytes("store.db") > before + 100'000);
  CHECK(logs.store.find({"shop", "order"})->body == body);
}

}  // namespace
}  // namespace workshop::tests
