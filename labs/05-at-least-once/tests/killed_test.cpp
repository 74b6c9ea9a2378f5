// Real workers: each is a process of its own, killed by SIGKILL in the middle of its job.
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

#include "post.hpp"
#include "workshop/process/temporary_folder.hpp"
#include "workshop/testing/child_process.hpp"

using namespace workshop;
using namespace workshop::testing;
using process::TemporaryFolder;

namespace {

constexpr const char* kWorker = "a worker in a process of its own";
const QueueOptions kTwice = at_most(2);

Task<void> wrap_until_killed(Parent& parent, const Delivery& delivery) {
  parent.hold_at("has " + delivery.message.id.value);
  co_return;
}

// Starts a worker at this time and kills it in the middle of its job.
void kill_a_worker(const std::string& database, Milliseconds now_ms) {
  ChildProcess worker(kWorker, {{"DATABASE", database}, {"NOW_MS", std::to_string(now_ms)}});
  worker.wait_for("has m1");
  worker.kill();
}

}  // namespace

TEST_CASE("a worker in a process of its own", "[.child]") {
  as_child([](Parent& parent) {
    Office office(kTwice, std::getenv("DATABASE"), std::stoll(std::getenv("NOW_MS")));
    const Job job = [&](const Delivery& delivery) { return wrap_until_killed(parent, delivery); };
    run_inline(work(office.queue(), job));
  });
}

TEST_CASE("a message outlives the process that had it in hand", "[step1]") {
  TemporaryFolder folder;
  const auto database = folder.file("shop.db");
  Office(kTwice, database).with(order("m1"));

  kill_a_worker(database, kMorning);

  CHECK(Office(kTwice, database, kMorning + kLease - 1).received() == "");
  CHECK(Office(kTwice, database, kMorning + kLease).received() == "m1");
}

TEST_CASE("a message that kills real workers is a dead letter", "[step2]") {
  TemporaryFolder folder;
  const auto database = folder.file("shop.db");
  Office(kTwice, database).with(order("m1"));

  kill_a_worker(database, kMorning);
  kill_a_worker(database, kMorning + kLease);

  Office office(kTwice, database, kMorning + 2 * kLease);
  CHECK(office.received() == "");
  CHECK(office.look().dead_letters == std::vector<Message>{order("m1")});
  CHECK(run_inline(office.queue().redrive()) == 1);
  CHECK(office.received() == "m1");
}
