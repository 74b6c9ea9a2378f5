// Operations that wait at the same time share a commit, and each still gets the outcome that is its
// own.
#include "workshop/sqlite/group_commit.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <condition_variable>
#include <coroutine>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <thread>
#include <vector>

#include "store/sqlite_faults.hpp"
#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/detached.hpp"
#include "workshop/core/resumer.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/store/sqlite_store.hpp"

namespace workshop::tests {
namespace {

using detail::GroupCommit;
using detail::GroupedWrite;
using process::TemporaryFolder;

/// What became of an operation that was started and not waited for.
enum class Result { done, conflict, lease_lost, invalid, unavailable, unknown };

template <class T>
Detached run(Task<T> task, std::shared_ptr<std::promise<Result>> result) {
  auto became = Result::done;
  try {
    co_await std::move(task);
  } catch (const VersionConflict&) {
    became = Result::conflict;
  } catch (const LeaseLost&) {
    became = Result::lease_lost;
  } catch (const InvalidRequest&) {
    became = Result::invalid;
  } catch (const OutcomeUnknown&) {
    became = Result::unknown;
  } catch (const Unavailable&) {
    became = Result::unavailable;
  }
  result->set_value(became);
}

/// Starts the operation on this thread: when it returns, the operation is done, or it waits.
template <class T>
std::future<Result> start(Task<T> task) {
  auto result = std::make_shared<std::promise<Result>>();
  auto future = result->get_future();
  run(std::move(task), std::move(result));
  return future;
}

bool is_waiting(const std::future<Result>& operation) {
  return operation.wait_for(std::chrono::seconds(0)) == std::future_status::timeout;
}

Message note(const std::string& id) { return {MessageId{id}, "Note", "{}", {}}; }

/// A journal and a store on a disk that can stand still in the middle of a commit.
struct Stage {
  TemporaryFolder folder;
  FaultyDisk disk;
  SimulatedClock clock;
  InProcessBroker broker{clock, {folder.file("journal.db")}};
  SqliteStore store{{.path = folder.file("store.db")}};
  std::thread first;

  Stage() {
    broker.declare_queue("orders");
    sync_wait(store.put({"shop", "first"}, "{}", Expected::any()));  // versions for the rest
  }
  ~Stage() {
    if (first.joinable()) first.join();
  }

  /// What is started from here on waits, because this commit stands still until `let_go`.
  template <class Operation>
  void hold(Operation operation) {
    disk.hold_next_log_sync();
    first = std::thread(std::move(operation));
    disk.wait_until_held();
  }
  void hold_broker() {
    hold([this] { sync_wait(broker.send("orders", note("first"))); });
  }
  void hold_store() {
    hold([this] { sync_wait(store.put({"shop", "first"}, "{}", Expected::any())); });
  }
  void let_go() {
    disk.let_go();
    first.join();
  }
  std::vector<std::string> ids() const {
    std::vector<std::string> found;
    for (const auto& view : broker.messages("orders")) found.push_back(view.message->id.value);
    return found;
  }
};

struct Counted : GroupedWrite {
  int group = 0;
};
Task<void> count(GroupCommit& groups, Counted& write) { co_await groups.commit(write); }

}  // namespace

TEST_CASE("an operation that comes alone is committed at once, on its own thread", "[durability]") {
  std::thread::id committed_on;
  GroupCommit groups([&](std::span<GroupedWrite* const> writes) {
    CHECK(writes.size() == 1);
    committed_on = std::this_thread::get_id();
  });
  for (int i = 0; i < 3; ++i) {
    Counted write;
    CHECK_FALSE(is_waiting(start(count(groups, write))));
    CHECK(committed_on == std::this_thread::get_id());
  }
}

TEST_CASE("operations that come during a commit are committed together, up to a bound",
          "[durability]") {
  std::binary_semaphore begun{0};
  std::binary_semaphore goes_on{0};
  int groups_count = 0;
  GroupCommit groups(
      [&](std::span<GroupedWrite* const> writes) {
        if (++groups_count == 1) {
          begun.release();
          goes_on.acquire();
        }
        for (auto* write : writes) static_cast<Counted*>(write)->group = groups_count;
      },
      4);
  std::vector<Counted> writes(7);
  std::thread first([&] { sync_wait(count(groups, writes[0])); });
  begun.acquire();
  std::vector<std::future<Result>> others;
  for (std::size_t i = 1; i < writes.size(); ++i) others.push_back(start(count(groups, writes[i])));
  for (const auto& other : others) CHECK(is_waiting(other));
  goes_on.release();
  first.join();
  for (auto& other : others) CHECK(other.get() == Result::done);
  std::vector<int> found;
  for (const auto& write : writes) found.push_back(write.group);
  CHECK(found == std::vector<int>{1, 2, 2, 2, 2, 3, 3});
}

TEST_CASE("sends that wait at the same time share a sync, and are there in their order",
          "[durability]") {
  Stage stage;
  stage.hold_broker();
  const auto before = stage.disk.log_syncs_count();
  std::vector<std::future<Result>> sends;
  for (int i = 0; i < 10; ++i) {
    sends.push_back(start(stage.broker.send("orders", note("m-" + std::to_string(i)))));
    CHECK(is_waiting(sends.back()));
  }
  stage.let_go();
  for (auto& send : sends) CHECK(send.get() == Result::done);
  CHECK(stage.disk.log_syncs_count() == before + 2);  // the one that was held, and the ten's
  const auto ids = stage.ids();
  REQUIRE(ids.size() == 11);
  CHECK(ids.front() == "first");
  CHECK(ids.back() == "m-9");
}

TEST_CASE("in a group each operation of a broker has its own outcome", "[durability]") {
  Stage stage;
  for (const auto* id : {"a", "b"}) sync_wait(stage.broker.send("orders", note(id)));
  const auto a = sync_wait(stage.broker.receive("orders"))->tag;
  stage.hold_broker();
  auto acknowledged = start(stage.broker.acknowledge(a));
  auto again = start(stage.broker.acknowledge(a));
  auto unknown_queue = start(stage.broker.send("nowhere", note("x")));
  auto negative = start(stage.broker.send("orders", note("x"), std::chrono::milliseconds(-1)));
  auto received = start(stage.broker.receive("orders"));
  auto received_too = start(stage.broker.receive("orders"));
  auto sent = start(stage.broker.send("orders", note("c")));
  CHECK(is_waiting(sent));
  stage.let_go();
  CHECK(acknowledged.get() == Result::done);
  CHECK(again.get() == Result::lease_lost);
  CHECK(unknown_queue.get() == Result::invalid);
  CHECK(negative.get() == Result::invalid);
  CHECK(received.get() == Result::done);
  CHECK(received_too.get() == Result::done);
  CHECK(sent.get() == Result::done);
  CHECK(stage.ids() == std::vector<std::string>{"b", "first", "c"});
  const auto views = stage.broker.messages("orders");
  CHECK(views[0].leased);
  CHECK(views[1].leased);  // two receives, two messages
  CHECK_FALSE(views[2].leased);
}

TEST_CASE("when the commit of a group fails, the broker is as before, and each is told so",
          "[durability]") {
  Stage stage;
  for (const auto* id : {"a", "b"}) sync_wait(stage.broker.send("orders", note(id)));
  const auto a = sync_wait(stage.broker.receive("orders"))->tag;
  stage.hold_broker();
  auto acknowledged = start(stage.broker.acknowledge(a));
  auto received = start(stage.broker.receive("orders"));
  auto sent = start(stage.broker.send("orders", note("c")));
  auto expected = Result::unknown;
  SECTION("the sync fails") { stage.disk.set(FaultyDisk::Fault::error_at_sync, 1); }
  SECTION("the disk is full") {
    expected = Result::unavailable;
    stage.disk.set(FaultyDisk::Fault::full_at_write);
  }
  stage.let_go();
  CHECK(sent.get() == expected);
  if (expected == Result::unknown) {
    CHECK(acknowledged.get() == Result::unknown);
    CHECK(received.get() == Result::unknown);
    stage.disk.set(FaultyDisk::Fault::none);
    const auto views = stage.broker.messages("orders");
    REQUIRE(views.size() == 3);  // a, b, first
    CHECK(views[0].leased);
    CHECK_FALSE(views[1].leased);
    CHECK(views[1].delivery_count == 0);
  } else {
    acknowledged.get();  // on a full disk the journal gives up its reserve for these
    received.get();
    stage.disk.set(FaultyDisk::Fault::none);
  }
  CHECK(start(stage.broker.send("orders", note("d"))).get() == Result::done);
  const auto ids = stage.ids();
  CHECK(std::find(ids.begin(), ids.end(), "c") == ids.end());
  CHECK(ids.back() == "d");
}

/// As the Host, one thread that runs what is ready, one after the other.
class OneByOne final : public Resumer {
 public:
  ~OneByOne() override { await_callers(); }
  /// Runs what comes until `count` were run.
  void run(std::size_t count) {
    const ScopedResumer here(*this);
    for (; count > 0; --count) {
      std::unique_lock lock(mutex_);
      came_.wait(lock, [this] { return !ready_.empty(); });
      const auto next = ready_.front();
      ready_.pop_front();
      lock.unlock();
      next.resume();
    }
  }

 private:
  void make_ready(std::coroutine_handle<> waiting) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(waiting);
    }
    came_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<std::coroutine_handle<>> ready_;
};

TEST_CASE("a group waits for those that are ready to run where its own will go on",
          "[durability]") {
  std::binary_semaphore begun{0};
  std::binary_semaphore goes_on{0};
  std::vector<std::size_t> sizes;
  GroupCommit groups([&](std::span<GroupedWrite* const> writes) {
    sizes.push_back(writes.size());
    if (sizes.size() > 1) return;
    begun.release();
    goes_on.acquire();
  });
  OneByOne thread;
  std::vector<Counted> writes(10);
  std::thread first([&] { sync_wait(count(groups, writes[0])); });
  begun.acquire();
  std::vector<std::future<Result>> waiting;
  {
    const ScopedResumer here(thread);
    for (std::size_t i = 1; i < 4; ++i) waiting.push_back(start(count(groups, writes[i])));
  }
  struct Ready {  // comes to its operation when it is run
    OneByOne& thread;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const noexcept { thread.resume(self); }
    void await_resume() const noexcept {}
  };
  const auto come = [](OneByOne& on, GroupCommit& to, Counted& write) -> Task<void> {
    co_await Ready{on};
    co_await to.commit(write);
  };
  for (std::size_t i = 4; i < 10; ++i) waiting.push_back(start(come(thread, groups, writes[i])));
  goes_on.release();
  first.join();
  thread.run(6 + 1 + 9);  // those six, the group's turn, and all that were committed
  for (auto& each : waiting) CHECK(each.get() == Result::done);
  CHECK(sizes == std::vector<std::size_t>{1, 9});
}

TEST_CASE("a group does not wait for a thread that its handlers block", "[durability]") {
  Stage stage;
  OneByOne blocked;  // runs nothing
  stage.hold_store();
  std::vector<std::future<Result>> puts;
  {
    const ScopedResumer here(blocked);
    for (int i = 0; i < 3; ++i) {
      puts.push_back(start(stage.store.put({"shop", std::to_string(i)}, "{}", Expected::absent())));
    }
  }
  const auto before = stage.disk.log_syncs_count();
  stage.let_go();
  while (stage.disk.log_syncs_count() < before + 2) std::this_thread::yield();
  blocked.run(1 + 3);  // the turn that came too late, and the three
  for (auto& put : puts) CHECK(put.get() == Result::done);
}

TEST_CASE("writes that wait at the same time share a sync, and each has its own outcome",
          "[durability]") {
  Stage stage;
  const Key key{"shop", "order"};
  const auto version = sync_wait(stage.store.put(key, "1", Expected::absent()));
  stage.hold_store();
  const auto before = stage.disk.log_syncs_count();
  auto saved = start(stage.store.put(key, "2", Expected::version(version)));
  auto too_late = start(stage.store.put(key, "3", Expected::version(version)));
  auto created = start(stage.store.put({"shop", "new"}, "n", Expected::absent()));
  auto half = start(
      stage.store.batch("shop", {StoreOperation::put({"shop", "half"}, "h", Expected::absent()),
                                 StoreOperation::put({"shop", "new"}, "m", Expected::absent())}));
  auto whole = start(
      stage.store.batch("shop", {StoreOperation::put({"shop", "one"}, "1", Expected::absent()),
                                 StoreOperation::put({"shop", "two"}, "2", Expected::absent())}));
  auto erased = start(stage.store.erase({"shop", "nothing"}, Expected::any()));
  CHECK(is_waiting(erased));
  CHECK(stage.store.find(key)->body == "1");  // readers wait for no commit, and see none before
  stage.let_go();
  CHECK(saved.get() == Result::done);
  CHECK(too_late.get() == Result::conflict);
  CHECK(created.get() == Result::done);
  CHECK(half.get() == Result::conflict);
  CHECK(whole.get() == Result::done);
  CHECK(erased.get() == Result::done);
  CHECK(stage.disk.log_syncs_count() == before + 2);
  CHECK(stage.store.find(key)->body == "2");
  CHECK(stage.store.find({"shop", "new"})->body == "n");
  CHECK_FALSE(stage.store.find({"shop", "half"}));
  CHECK(stage.store.find({"shop", "two"}));
}

TEST_CASE("a read waits for no commit, and shows nothing of it before it is on the disk",
          "[durability]") {
  const TemporaryFolder folder;
  FaultyDisk disk;
  SqliteStore store({.path = folder.file("store.db")});
  const Key key{"shop", "order"};
  const auto body = [&] { return store.find(key)->body; };
  sync_wait(store.put(key, "first", Expected::any()));
  CHECK(body() == "first");
  disk.hold_next_log_sync();
  std::thread writer([&] { sync_wait(store.put(key, "second", Expected::any())); });
  disk.wait_until_held();
  auto meanwhile = std::async(std::launch::async, body);
  const bool waits = meanwhile.wait_for(std::chrono::seconds(30)) != std::future_status::ready;
  disk.let_go();
  writer.join();
  CHECK_FALSE(waits);
  CHECK(meanwhile.get() == "first");
  CHECK(body() == "second");
}

TEST_CASE("when the commit of a group fails, nothing of it is in the store", "[durability]") {
  Stage stage;
  const Key key{"shop", "order"};
  const auto version = sync_wait(stage.store.put(key, "1", Expected::absent()));
  stage.hold_store();
  auto saved = start(stage.store.put(key, "2", Expected::version(version)));
  auto too_late = start(stage.store.put(key, "3", Expected::version(version)));
  auto expected = Result::unknown;
  SECTION("the sync fails") { stage.disk.set(FaultyDisk::Fault::error_at_sync, 1); }
  SECTION("the disk is full") {
    expected = Result::unavailable;
    stage.disk.set(FaultyDisk::Fault::full_at_write);
  }
  stage.let_go();
  CHECK(saved.get() == expected);
  CHECK(too_late.get() == expected);
  stage.disk.set(FaultyDisk::Fault::none);
  CHECK(stage.store.find(key)->body == "1");
  CHECK(start(stage.store.put(key, "4", Expected::version(version))).get() == Result::done);
}

}  // namespace workshop::tests
