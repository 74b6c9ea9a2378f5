#include "workshop/endpoint/endpoint.hpp"

#include <catch2/catch_test_macros.hpp>
#include <vector>

#include "workshop/broker/in_process_broker.hpp"
#include "workshop/core/clock.hpp"
#include "workshop/store/sqlite_store.hpp"

using namespace workshop;

namespace endpoint_test {

struct Wish {
  std::string child;
};
struct Granted {
  std::string child;
};
struct Child {
  int wishes = 0;
};
BOOST_DESCRIBE_STRUCT(Wish, (), (child))
BOOST_DESCRIBE_STRUCT(Granted, (), (child))
BOOST_DESCRIBE_STRUCT(Child, (), (wishes))

Task<void> grant(const Wish& wish, HandlerContext& context) {
  auto child = co_await context.store().load<Child>(wish.child);
  ++child.value.wishes;
  co_await context.store().save(child);
  co_await context.publish(Granted{wish.child}, MessageId{"granted"});
}

// The same message twice: as it is, and made before.
Task<void> pass_on(const Wish& wish, HandlerContext& context) {
  co_await context.send("audit", wish, MessageId{"passed on"});
  co_await context.send("audit", context.make(wish, MessageId{"passed on"}));
}

Task<void> refuse(const Wish&, HandlerContext&) {
  throw std::runtime_error("no");
  co_return;
}

std::vector<std::string> calls;

class Noting final : public Behaviour {
 public:
  explicit Noting(std::string name) : name_(std::move(name)) {}
  Task<void> invoke(HandlerContext& context, const Handler& next) override {
    calls.push_back(name_ + " before");
    co_await next(context);
    calls.push_back(name_ + " after");
  }

 private:
  std::string name_;
};

class Swallowing final : public Behaviour {
 public:
  Task<void> invoke(HandlerContext&, const Handler&) override { co_return; }
};

}  // namespace endpoint_test

using namespace endpoint_test;

namespace {

struct Fixture {
  SimulatedClock clock;
  InProcessBroker broker{clock};
  SqliteStore store;
  EntityStore entities{store};

  Fixture() {
    broker.declare_queue("wishes", {std::chrono::milliseconds(1000), 3});
    broker.declare_queue("audit");
    broker.subscribe("Granted", "audit");
  }
  void wish() {
    auto message = make_message(Wish{"ann"}, MessageId{"w1"});
    message.headers.emplace(header::kCorrelationId, "conversation");
    run_inline(broker.send("wishes", message));
  }
  bool round(const Endpoint& endpoint) {
    return run_inline(endpoint.receive_and_handle(store, broker));
  }
};

}  // namespace

TEST_CASE("a message is handled, its effect stored, its event published, and acknowledged") {
  Fixture f;
  Endpoint endpoint("wishes");
  endpoint.on<Wish>(&grant);
  CHECK_FALSE(f.round(endpoint));  // the queue is empty
  f.wish();
  CHECK(f.round(endpoint));
  CHECK(run_inline(f.entities.load<Child>("ann")).value.wishes == 1);
  CHECK(f.broker.messages("wishes").empty());
  REQUIRE(f.broker.messages("audit").size() == 1);
  const auto& event = *f.broker.messages("audit")[0].message;
  CHECK(event.type == "Granted");
  CHECK(event.header(header::kCorrelationId) == "conversation");
  CHECK(event.header(header::kCausationId) == "w1");
  CHECK_FALSE(event.header(header::kAttempt).empty());
}

TEST_CASE("a command is sent to a queue, also as a message that was made before") {
  Fixture f;
  Endpoint endpoint("wishes");
  endpoint.on<Wish>(&pass_on);
  f.wish();
  CHECK(f.round(endpoint));
  const auto sent = f.broker.messages("audit");
  REQUIRE(sent.size() == 2);
  CHECK(*sent[0].message == *sent[1].message);
  CHECK(sent[0].message->id.value == "passed on");
  CHECK(sent[0].message->header(header::kCausationId) == "w1");
}

TEST_CASE("a handler that throws gives the message back, and at last to the dead-letter queue") {
  Fixture f;
  Endpoint endpoint("wishes");
  endpoint.on<Wish>(&refuse);
  f.wish();
  CHECK(f.round(endpoint));
  CHECK(f.broker.visible_count("wishes") == 1);
  CHECK(f.round(endpoint));
  CHECK(f.round(endpoint));
  CHECK(f.broker.messages("wishes").empty());
  const auto dead = f.broker.messages(dead_letter_queue_of("wishes"));
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].message->header(header::kDeadLetterFailure) == "no");
}

TEST_CASE("a settlement tells what the handler threw, whatever it was") {
  Fixture f;
  for (const bool unexpected : {true, false}) {
    f.wish();
    for (int i = 0; i < 3; ++i) {
      const auto tag = run_inline(f.broker.receive("wishes"))->tag;
      const Attempt failed{.handled = false, .unexpected = unexpected, .failure = "no reindeer"};
      CHECK(run_inline(Endpoint::settle(f.broker, tag, failed)) == Settlement::settled);
    }
  }
  const auto dead = f.broker.messages(dead_letter_queue_of("wishes"));
  REQUIRE(dead.size() == 2);
  for (const auto& letter : dead) {
    CHECK(letter.message->header(header::kDeadLetterFailure) == "no reindeer");
  }
}

TEST_CASE("a message of a type without a handler is not lost: it goes to the dead-letter queue") {
  Fixture f;
  const Endpoint endpoint("wishes");
  f.wish();
  for (int i = 0; i < 3; ++i) CHECK(f.round(endpoint));
  CHECK(f.broker.messages(dead_letter_queue_of("wishes")).size() == 1);
}

TEST_CASE("a second handler for one type of message is refused") {
  Endpoint endpoint("wishes");
  endpoint.on<Wish>(&grant);
  CHECK_THROWS_AS(endpoint.on<Wish>(&refuse), InvalidRequest);
}

TEST_CASE("behaviours run around the handler, the first outermost, and may do without it") {
  Fixture f;
  Endpoint endpoint("wishes");
  calls.clear();
  endpoint.with(std::make_shared<Noting>("a")).with(std::make_shared<Noting>("b"));
  endpoint.on<Wish>(&grant);
  f.wish();
  CHECK(f.round(endpoint));
  CHECK(calls == std::vector<std::string>{"a before", "b before", "b after", "a after"});
  endpoint.with(std::make_shared<Swallowing>());
  f.wish();
  CHECK(f.round(endpoint));
  CHECK(run_inline(f.entities.load<Child>("ann")).value.wishes == 1);
}

TEST_CASE("saving an entity that someone else saved is a conflict, and a new one is created once") {
  Fixture f;
  auto one = run_inline(f.entities.load<Child>("ann"));
  auto two = run_inline(f.entities.load<Child>("ann"));
  CHECK_FALSE(one.exists());
  run_inline(f.entities.save(one));
  CHECK(one.exists());
  CHECK_THROWS_AS(run_inline(f.entities.save(two)), VersionConflict);
  one.value.wishes = 5;
  run_inline(f.entities.save(one));  // the entity has its new version
  CHECK(run_inline(f.entities.load<Child>("ann")).value.wishes == 5);
  run_inline(f.entities.erase(one));
  CHECK_FALSE(run_inline(f.entities.load<Child>("ann")).exists());
}
