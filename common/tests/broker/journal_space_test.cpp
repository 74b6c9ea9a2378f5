// The room that a journal takes, and what still works when there is none.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#ifdef __linux__
#include <sched.h>
#include <sys/mount.h>
#endif

#include "broker/fixtures.hpp"
#include "store/sqlite_faults.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/testing/child_process.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using std::chrono::milliseconds;
using tests::FaultyDisk;

constexpr QueueOptions kOptions{milliseconds{1000}, 3};

Message note_of(const std::string& id, std::size_t bytes) {
  auto message = note(id);
  message.body.assign(bytes, 'x');
  return message;
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder)) bytes += file.file_size();
  return bytes;
}

/// Sends messages until the broker refuses one; returns how many it took.
int send_until_refused(InProcessBroker& broker, std::size_t bytes) {
  for (int i = 0; i < 100'000; ++i) {
    try {
      sync_wait(broker.send("orders", note_of("m-" + std::to_string(i), bytes)));
    } catch (const Unavailable& error) {
      CHECK_THAT(error.what(), ContainsSubstring("nothing was written"));
      return i;
    }
  }
  FAIL("no message was refused");
  return 0;
}

/// Receives and acknowledges everything; returns how many there were.
int drain(InProcessBroker& broker, const std::string& queue = "orders") {
  int count = 0;
  while (const auto delivery = sync_wait(broker.receive(queue))) {
    sync_wait(broker.acknowledge(delivery->tag));
    ++count;
  }
  return count;
}

TEST_CASE("a journal with its log and its reserve stays within its limit", "[broker][journal]") {
  for (const std::uint64_t bytes_max : {65'536, 200'000, 1'000'000}) {
    for (const std::size_t bytes : {10, 3'000, 20'000}) {
      CAPTURE(bytes_max, bytes);
      const TemporaryFolder folder;
      SimulatedClock clock;
      InProcessBroker broker(clock, {folder.file("journal.db"), bytes_max});
      broker.declare_queue("orders", kOptions);
      std::uint64_t largest = 0;
      const auto look = [&] { largest = std::max(largest, bytes_in(folder.path())); };
      for (int round = 0; round < 3; ++round) {
        const int sent = send_until_refused(broker, bytes);
        look();
        if (bytes < bytes_max / 8) CHECK(sent > 0);
        // At the limit everything can be given back, given up, redriven and acknowledged.
        for (int delivery = 0; delivery < 3; ++delivery) {
          for (int i = 0; i < sent; ++i) {
            sync_wait(broker.abandon(sync_wait(broker.receive("orders"))->tag));
          }
          look();
        }
        CHECK(broker.messages("orders/dead-letter").size() == static_cast<std::size_t>(sent));
        if (sent > 0) CHECK(drain(broker, "orders/dead-letter") == sent);
        look();
      }
      CHECK(largest <= bytes_max);
    }
  }
}

TEST_CASE("a journal at its limit redrives all dead letters", "[broker][journal]") {
  const TemporaryFolder folder;
  SimulatedClock clock;
  InProcessBroker broker(clock, {folder.file("journal.db"), 300'000});
  broker.declare_queue("orders", {milliseconds{1000}, 1});
  const int sent = send_until_refused(broker, 5'000);
  for (int i = 0; i < sent; ++i) sync_wait(broker.receive("orders"));
  clock.advance(milliseconds{1000});
  CHECK(broker.messages("orders/dead-letter").size() == static_cast<std::size_t>(sent));
  CHECK(sync_wait(broker.redrive("orders")) == static_cast<std::size_t>(sent));
  CHECK(drain(broker) == sent);
  CHECK(bytes_in(folder.path()) <= 300'000);
}

TEST_CASE("a disk that is full at any write of a commit is definite", "[broker][journal]") {
  const TemporaryFolder folder;
  const auto path = folder.file("journal.db");
  SimulatedClock clock;
  FaultyDisk disk;
  InProcessBroker broker(clock, {path});
  broker.declare_queue("orders", kOptions);
  sync_wait(broker.send("orders", note("before")));
  int failed = 0;
  for (int writes = 0; writes < 20; ++writes) {
    CAPTURE(writes);
    auto expected = broker.messages("orders").size();
    disk.set(FaultyDisk::Fault::full_at_write, writes);
    try {
      sync_wait(broker.send("orders", note_of("m-" + std::to_string(writes), 20'000)));
      ++expected;
    } catch (const Unavailable& error) {
      CHECK_THAT(error.what(), ContainsSubstring("'" + path + "'"));
      CHECK_THAT(error.what(), ContainsSubstring("nothing was written. Free space"));
      ++failed;
    }
    disk.set(FaultyDisk::Fault::none);
    CHECK(broker.messages("orders").size() == expected);
    const TemporaryFolder crashed;  // nor is it otherwise after a crash
    std::filesystem::copy_file(path, crashed.file("journal.db"));
    std::filesystem::copy_file(path + "-wal", crashed.file("journal.db-wal"));
    CHECK(InProcessBroker(clock, {crashed.file("journal.db")}).messages("orders").size() ==
          expected);
  }
  CHECK(failed >= 8);
  CHECK(failed < 20);
}

#ifdef __linux__
/// Puts a file system of `options` on an empty folder, for this process alone. False when this
/// user may not.
bool mount_disk(const std::string& folder, const char* options) {
  if (::unshare(CLONE_NEWNS) != 0) return false;
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  return ::mount("tmpfs", folder.c_str(), "tmpfs", 0, options) == 0;
}

/// Fills a disk to its last byte.
void fill_disk(const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  while (file.put('x').flush()) {
  }
}

TEST_CASE("a journal on a small disk in a process of its own", "[.child]") {
  testing::as_child([](testing::Parent& parent) {
    const std::string folder = std::getenv("WORKSHOP_TEST_FOLDER");
    const auto disk = folder + "/disk";
    std::filesystem::create_directory(disk);
    if (!mount_disk(disk, "size=8m")) {
      std::ofstream(folder + "/no-disk");
      return;
    }
    parent.announce("mounted");
    SimulatedClock clock;
    const auto path = disk + "/journal.db";
    int sent = 0;
    {
      InProcessBroker broker(clock, {path});
      broker.declare_queue("orders", kOptions);
      sent = send_until_refused(broker, 6'000);
      REQUIRE(sent > 500);
      fill_disk(disk + "/rest");
      CHECK(send_until_refused(broker, 10) < 100);
      fill_disk(disk + "/rest-2");
      for (int i = 0; i < 100; ++i) {  // a second delivery rewrites the message
        sync_wait(broker.abandon(sync_wait(broker.receive("orders"))->tag, "no coupon"));
        sync_wait(broker.acknowledge(sync_wait(broker.receive("orders"))->tag));
      }
      fill_disk(disk + "/rest-3");
      CHECK_FALSE(std::filesystem::exists(path + "-reserve"));
      CHECK(send_until_refused(broker, 10) == 0);  // nothing is added before it is whole again
    }
    {
      InProcessBroker broker(clock, {path});  // a restart on a full disk
      const auto left = static_cast<int>(broker.messages("orders").size());
      CHECK(left >= sent - 100);
      CHECK(drain(broker) == left);
      for (const auto* rest : {"/rest", "/rest-2", "/rest-3"}) std::filesystem::remove(disk + rest);
      CHECK_NOTHROW(sync_wait(broker.send("orders", note("again"))));
    }
    CHECK(InProcessBroker(clock, {path}).messages("orders").size() == 1);
  });
}

TEST_CASE("on a full disk messages are settled, also after a restart", "[broker][journal]") {
  const TemporaryFolder folder;
  testing::ChildProcess child("a journal on a small disk in a process of its own",
                              {{"WORKSHOP_TEST_FOLDER", folder.path().string()}});
  child.wait_for_end();
  if (std::filesystem::exists(folder.file("no-disk")))
    SKIP("this user may not mount a file system");
}
#endif

}  // namespace
}  // namespace workshop
