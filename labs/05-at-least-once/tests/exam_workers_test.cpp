// What `prove` looks at besides, of the workers: names, numbers, and what a job and a database may
// say.
#include <catch2/catch_test_macros.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "workers.hpp"
#include "workshop/shop/situations.hpp"
#include "workshop/shop/troubled.hpp"

using namespace workshop;
using namespace workshop::testing;

namespace {

class RecordingStation final : public WrappingStation {
 public:
  Task<void> wrap(std::string order_id, std::string gift) override {
    wrapped.emplace_back(std::move(order_id), std::move(gift));
    co_return;
  }
  std::vector<std::pair<std::string, std::string>> wrapped;
};

// Each gift takes 20 seconds.
class SlowOfficeStation final : public WrappingStation {
 public:
  explicit SlowOfficeStation(Office& office) : office_(&office) {}
  Task<void> wrap(std::string, std::string) override {
    office_->pass(20'000);
    ++wrapped_count;
    co_return;
  }
  int wrapped_count = 0;

 private:
  Office* office_;
};

// It fails at each gift.
class BrokenStation final : public WrappingStation {
 public:
  explicit BrokenStation(Outcome outcome) : outcome_(outcome) {}
  Task<void> wrap(std::string, std::string) override {
    ++tried_count;
    if (outcome_ == Outcome::unknown) throw OutcomeUnknown("no answer of the station");
    throw Unavailable("no paper");
  }
  int tried_count = 0;

 private:
  Outcome outcome_;
};

// A database whose writes fail while it is dumb: they are refused, or get no answer.
class DumbStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  Task<Version> put(Key key, std::string body, Expected expected) override {
    if (dumb == Outcome::definite) throw Unavailable("no connection to the database");
    if (dumb == Outcome::unknown) throw OutcomeUnknown("no answer: it may have been saved");
    return store().put(std::move(key), std::move(body), std::move(expected));
  }

  std::optional<Outcome> dumb;
};

Message wrap_order(const std::string& order_id, std::vector<std::string> gifts) {
  return make_message(WrapOrder{order_id, std::move(gifts)}, MessageId{"m1"});
}

std::vector<std::pair<std::string, std::string>> wrapped_of(const Message& message) {
  Office office;
  office.with(message);
  RecordingStation station;
  const Job job = [&](const Delivery& delivery) { return wrap(delivery, office.queue(), station); };
  CHECK(run_inline(work(office.queue(), job)));
  CHECK(office.look().entries.empty());
  return station.wrapped;
}

}  // namespace

TEST_CASE("the job is done however often its message was delivered before", "[.exam]") {
  for (const int deliveries : {1, 2, 3, 5, 9, 24}) {
    CAPTURE(deliveries);
    Office office(at_most(25));
    office.with(order("m1"));
    for (int i = 0; i < deliveries; ++i) office.abandon(*office.receive());
    bool done = false;
    const Job job = [&](const Delivery&) -> Task<void> {
      done = true;
      co_return;
    };
    CHECK(run_inline(work(office.queue(), job)));
    CHECK(done);
    REQUIRE(office.look().entries.empty());
  }
}

TEST_CASE("a job that has lost another lease has failed like any other", "[.exam]") {
  Office office;
  office.with(order("m1"));
  const Job job = [](const Delivery&) -> Task<void> { throw LeaseLost("of another queue"); };
  CHECK(run_inline(work(office.queue(), job)));
  CHECK(office.received() == "m1");
}

TEST_CASE("whatever the job throws, it has failed", "[.exam]") {
  for (const auto& kind : shop::every_error()) {
    CAPTURE(kind.name);
    Office office;
    office.with(order("m1"));
    const Job job = [&](const Delivery&) -> Task<void> {
      kind.raise();
      co_return;
    };
    CHECK(run_inline(work(office.queue(), job)));
    REQUIRE(office.received() == "m1");
  }
}

TEST_CASE("whatever error the queue has but a lost lease leaves the worker", "[.exam]") {
  std::vector<shop::ErrorKind> kinds;
  for (const auto& kind : shop::every_error()) {
    if (kind.name == "LeaseLost" || kind.name == "VersionConflict") continue;  // another was faster
    kinds.insert(kinds.end(), {kind, shop::once(kind)});
  }
  for (const auto& kind : kinds) {
    for (int operation = 1;; ++operation) {
      SqliteStore store;
      SimulatedClock clock;
      DatabaseQueue quiet(store, clock, kWrapping, kOptions);
      run_inline(quiet.send(order("m1")));
      shop::Trouble trouble(operation, kind);
      shop::TroubledStore troubled(store, trouble);
      DatabaseQueue queue(troubled, clock, kWrapping, kOptions);
      bool left = false;
      try {
        run_inline(work(queue, [](const Delivery&) -> Task<void> { co_return; }));
      } catch (const shop::TriesForEver&) {
      } catch (const NeverEnds&) {
        throw;
      } catch (...) {
        left = true;
      }
      if (!trouble.met()) break;
      CAPTURE(kind.name, kind.times_max, operation, trouble.failing());
      REQUIRE(left);
      REQUIRE(run_inline(quiet.look()).entries.size() == 1);
    }
  }
}

TEST_CASE("whoever does not know whether there is a message does not say that there is none",
          "[.exam]") {
  for (const auto outcome : {Outcome::definite, Outcome::unknown}) {
    SqliteStore file;
    DumbStore store(file);
    SimulatedClock clock;
    DatabaseQueue queue(store, clock, kWrapping, kOptions);
    run_inline(queue.send(order("m1")));
    store.dumb = outcome;
    const Job job = [](const Delivery&) -> Task<void> { co_return; };
    CHECK_THROWS_AS(run_inline(work(queue, job)), Error);
  }
}

TEST_CASE("whoever works hears of each error of the queue but a lost lease", "[.exam]") {
  for (const auto outcome : {Outcome::definite, Outcome::unknown}) {
    for (const bool job_fails : {false, true}) {
      CAPTURE(job_fails);
      SqliteStore file;
      DumbStore store(file);
      SimulatedClock clock;
      DatabaseQueue queue(store, clock, kWrapping, kOptions);
      run_inline(queue.send(order("m1")));
      const Job job = [&](const Delivery&) -> Task<void> {
        store.dumb = outcome;
        if (job_fails) throw std::runtime_error("no paper");
        co_return;
      };
      CHECK_THROWS_AS(run_inline(work(queue, job)), Error);
      store.dumb.reset();
      REQUIRE(run_inline(queue.look()).entries.size() == 1);
    }
  }
}

TEST_CASE("whoever cannot renew wraps no further gift", "[.exam]") {
  for (const auto outcome : {Outcome::definite, Outcome::unknown}) {
    SqliteStore file;
    DumbStore store(file);
    SimulatedClock clock;
    DatabaseQueue queue(store, clock, kWrapping, kOptions);
    run_inline(queue.send(wrap_order("order-1", {"teddy", "train"})));
    const auto delivery = run_inline(queue.receive());
    clock.advance(std::chrono::seconds{1});  // so that a renewal changes something
    store.dumb = outcome;
    RecordingStation station;
    CHECK_THROWS_AS(run_inline(wrap(*delivery, queue, station)), Error);
    REQUIRE(station.wrapped.size() <= 1);  // none, if the lease is renewed before each gift
  }
}

TEST_CASE("whoever has lost the lease before the first gift hears of it", "[.exam]") {
  for (const auto& gifts : {std::vector<std::string>{"porsche"}, {"porsche", "train"}}) {
    Office office;
    office.with(wrap_order("order-1", gifts));
    const auto late = office.receive();
    REQUIRE(late);
    office.pass(kLease);
    REQUIRE(office.receive());  // another worker has it now
    RecordingStation station;
    CHECK_THROWS_AS(run_inline(wrap(*late, office.queue(), station)), LeaseLost);
    CHECK(station.wrapped.size() <= 1);  // none, if the lease is renewed before each gift
  }
}

TEST_CASE("an order that nobody can read is not done", "[.exam]") {
  for (const auto& message :
       {Message{{"m1"}, "WrapOrder", "{\"order", {}}, Message{{"m1"}, "BookPayment", "{}", {}}}) {
    Office office(at_most(2));
    office.with(message);
    RecordingStation station;
    const Job job = [&](const Delivery& delivery) {
      return wrap(delivery, office.queue(), station);
    };
    for (int i = 0; i < 3; ++i) run_inline(work(office.queue(), job));
    CHECK(station.wrapped.empty());
    CHECK(office.look().dead_letters.size() == 1);
  }
}

TEST_CASE("an order of hundreds of gifts keeps its lease to the last of them", "[.exam]") {
  Office office;
  office.with(wrap_order("order-1", std::vector<std::string>(200, "teddy")));
  SlowOfficeStation station(office);
  const Job job = [&](const Delivery& delivery) { return wrap(delivery, office.queue(), station); };
  CHECK(run_inline(work(office.queue(), job)));
  CHECK(station.wrapped_count == 200);
  CHECK(office.look().entries.empty());
}

TEST_CASE("an error of the station ends the job, and the message comes again", "[.exam]") {
  for (const auto outcome : {Outcome::definite, Outcome::unknown}) {
    Office office;
    office.with(wrap_order("order-1", {"teddy", "train"}));
    BrokenStation station(outcome);
    const Job job = [&](const Delivery& delivery) {
      return wrap(delivery, office.queue(), station);
    };
    CHECK(run_inline(work(office.queue(), job)));
    CHECK(station.tried_count == 1);
    REQUIRE(office.received() == "m1");
  }
}

TEST_CASE("each gift is wrapped as it is called, however many there are", "[.exam]") {
  for (const auto& [one, other] : shop::hard_names()) {
    CAPTURE(one, other);
    const std::vector<std::string> gifts{one, other, one, ""};
    const std::vector<std::pair<std::string, std::string>> expected{
        {one, one}, {one, other}, {one, one}, {one, ""}};
    REQUIRE(wrapped_of(wrap_order(one, gifts)) == expected);
  }
  CHECK(wrapped_of(wrap_order("order-1", {})).empty());
  const std::vector<std::string> many(shop::kMoreThanAnybodyCounts, "teddy");
  CHECK(wrapped_of(wrap_order("order-1", many)).size() == many.size());
}
