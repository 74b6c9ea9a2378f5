#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <filesystem>
#include <set>

#include "sqlite_faults.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {

using process::TemporaryFolder;

namespace {

const Key kOrder{"shop", "order-1"};
const Key kOther{"shop", "order-2"};

std::vector<StoreOperation> two_puts() {
  return {StoreOperation::put(kOrder, "{}", Expected::any()),
          StoreOperation::put(kOther, "{}", Expected::any())};
}

}  // namespace

TEST_CASE("a write is synced to the disk before it returns") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  SqliteStore store({.path = folder.file("store")});
  const auto version = sync_wait(store.put(kOrder, "{}", Expected::absent()));
  auto before = disk.log_syncs_count();
  sync_wait(store.put(kOrder, "[]", Expected::version(version)));
  CHECK(disk.log_syncs_count() > before);
  before = disk.log_syncs_count();
  sync_wait(store.batch("shop", two_puts()));
  CHECK(disk.log_syncs_count() == before + 1);  // one commit for the whole batch
  before = disk.log_syncs_count();
  sync_wait(store.erase(kOrder, Expected::any()));
  CHECK(disk.log_syncs_count() > before);
}

TEST_CASE("a sync that fails at the commit leaves the outcome unknown") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  SqliteStore store({.path = folder.file("store")});
  const auto version = sync_wait(store.put(kOrder, "{}", Expected::absent()));
  disk.set(FaultyDisk::Fault::error_at_sync);
  CHECK_THROWS_AS(sync_wait(store.put(kOrder, "[1]", Expected::version(version))), OutcomeUnknown);
  CHECK_THROWS_AS(sync_wait(store.erase(kOrder, Expected::version(version))), OutcomeUnknown);
  CHECK_THROWS_AS(sync_wait(store.batch("shop", two_puts())), OutcomeUnknown);
  CHECK(disk.faults_count() == 3);

  disk.set(FaultyDisk::Fault::none);  // the store works again when the disk does
  REQUIRE(store.find(kOrder));
  const auto next =
      sync_wait(store.put(kOrder, "[2]", Expected::version(store.find(kOrder)->version)));
  CHECK(store.find(kOrder) == Document{kOrder, "[2]", next});
}

TEST_CASE("after a failed sync a crash can bring the write back") {
  // This is why an I/O error at a commit is not definite. The copy of the files stands for a crash.
  const TemporaryFolder folder;
  FaultyDisk disk;
  SqliteStore store({.path = folder.file("store")});
  sync_wait(store.put(kOrder, "{}", Expected::absent()));
  disk.set(FaultyDisk::Fault::error_at_sync);
  CHECK_THROWS_AS(sync_wait(store.put(kOrder, "[1]", Expected::any())), OutcomeUnknown);
  CHECK(store.find(kOrder)->body == "{}");
  std::filesystem::copy_file(folder.file("store"), folder.file("crashed"));
  std::filesystem::copy_file(folder.file("store-wal"), folder.file("crashed-wal"));
  disk.set(FaultyDisk::Fault::none);
  CHECK(SqliteStore({.path = folder.file("crashed")}).find(kOrder)->body == "[1]");
}

TEST_CASE("a disk that is full at any write of a commit is definite and leaves nothing") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  const auto path = folder.file("store");
  SqliteStore store({.path = path});
  sync_wait(store.put(kOrder, "{}", Expected::absent()));
  int failed = 0;
  for (int writes = 0; writes < 20; ++writes) {
    CAPTURE(writes);
    const auto before = store.documents();
    bool is_there = true;
    disk.set(FaultyDisk::Fault::full_at_write, writes);
    const std::string body(20'000, static_cast<char>('a' + writes));  // of several pages
    try {
      sync_wait(store.put(kOrder, body, Expected::any()));
    } catch (const Unavailable&) {
      is_there = false;
      ++failed;
    }
    disk.set(FaultyDisk::Fault::none);
    CHECK((store.documents() == before) != is_there);
    // Nor is it otherwise after a crash.
    const auto crashed = folder.file("crashed-" + std::to_string(writes));
    std::filesystem::copy_file(path, crashed);
    std::filesystem::copy_file(path + "-wal", crashed + "-wal");
    CHECK(SqliteStore({.path = crashed}).documents() == store.documents());
  }
  CHECK(failed >= 8);  // a frame is written in two parts
  CHECK(failed < 20);
}

TEST_CASE("a batch that fails on a bad disk leaves nothing, and the store goes on") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  SqliteStore store({.path = folder.file("store")});
  sync_wait(store.put(kOrder, "{}", Expected::absent()));
  const auto before = store.documents();
  disk.set(FaultyDisk::Fault::full_at_write);
  CHECK_THROWS_AS(sync_wait(store.batch("shop", two_puts())), Unavailable);
  disk.set(FaultyDisk::Fault::error_at_write);
  CHECK_THROWS_AS(sync_wait(store.batch("shop", two_puts())), OutcomeUnknown);
  disk.set(FaultyDisk::Fault::none);
  CHECK(store.documents() == before);
  CHECK(sync_wait(store.batch("shop", two_puts())).size() == 2);
}

TEST_CASE("versions that could not be reserved are a definite failure") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  FaultyDisk disk;
  SqliteStore store({.path = path});
  disk.set(FaultyDisk::Fault::error_at_sync);  // the first write reserves a block of versions
  CHECK_THROWS_AS(sync_wait(store.put(kOrder, "{}", Expected::absent())), Unavailable);
  disk.set(FaultyDisk::Fault::none);
  CHECK_FALSE(store.find(kOrder));
}

TEST_CASE("what was written before the process is killed is there, and no version comes twice") {
  const TemporaryFolder folder;
  const auto path = folder.file("store");
  std::set<Version> versions;
  int written = 0;
  for (int round = 0; round < 3; ++round) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t writer = fork();
    REQUIRE(writer >= 0);
    if (writer == 0) {  // the child reports each write that returned, until it is killed
      close(ends[0]);
      SqliteStore store({.path = path});
      for (int i = written;; ++i) {
        sync_wait(store.put({"shop", std::to_string(i)}, "{}", Expected::any()));
        if (write(ends[1], &i, sizeof i) != sizeof i) _exit(1);
      }
    }
    close(ends[1]);
    const int enough = written + 20;
    for (int i = 0; written < enough && read(ends[0], &i, sizeof i) == sizeof i;) written = i + 1;
    kill(writer, SIGKILL);
    for (int i = 0; read(ends[0], &i, sizeof i) == sizeof i;) written = i + 1;
    close(ends[0]);
    waitpid(writer, nullptr, 0);
    REQUIRE(written >= enough);

    SqliteStore store({.path = path});
    for (int i = 0; i < written; ++i) {
      CAPTURE(i);
      REQUIRE(store.find({"shop", std::to_string(i)}));
    }
    versions.clear();
    for (const auto& document : store.documents()) {
      CHECK(versions.insert(document.version).second);
    }
    CHECK(versions.insert(sync_wait(store.put({"shop", "0"}, "{}", Expected::any()))).second);
  }
}

}  // namespace workshop::tests
