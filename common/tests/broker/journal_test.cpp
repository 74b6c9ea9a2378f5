#include "workshop/broker/journal.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <string>

#include "broker/fixtures.hpp"
#include "workshop/broker/in_process_broker.hpp"

namespace workshop {
namespace {

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::MessageMatches;
using std::chrono::milliseconds;

constexpr QueueOptions kOptions{milliseconds{1000}, 3};

/// A process that this test starts and kills.
class Child {
 public:
  /// `body(say)` runs in the child; `say(byte)` sends a byte to the parent. The child then waits to
  /// be killed.
  template <class Body>
  explicit Child(Body body) {
    REQUIRE(::pipe(pipe_) == 0);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ != 0) {
      ::close(pipe_[1]);
      return;
    }
    ::close(pipe_[0]);
    try {
      body([this](char byte) {
        if (::write(pipe_[1], &byte, 1) != 1) ::_exit(3);
      });
    } catch (...) {
      ::_exit(2);
    }
    for (;;) ::pause();
  }
  ~Child() {
    kill();
    ::close(pipe_[0]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next byte that the child sends; fails when the child ends instead.
  char hear() {
    char byte = 0;
    REQUIRE(::read(pipe_[0], &byte, 1) == 1);
    return byte;
  }
  /// Kills it with SIGKILL, and returns the number of bytes that it had sent and that were not
  /// read.
  std::size_t kill() {
    if (process_ == 0) return 0;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
    std::size_t unheard = 0;
    for (char byte = 0; ::read(pipe_[0], &byte, 1) == 1;) ++unheard;
    return unheard;
  }

 private:
  int pipe_[2] = {-1, -1};
  ::pid_t process_ = 0;
};

/// Receives and acknowledges all messages that are left; returns id → delivery count.
std::map<std::string, std::uint32_t> drain(InProcessBroker& broker, const std::string& queue) {
  std::map<std::string, std::uint32_t> found;
  while (const auto delivery = sync_wait(broker.receive(queue))) {
    CHECK(found.emplace(delivery->message.id.value, delivery->delivery_count).second);
    sync_wait(broker.acknowledge(delivery->tag));
  }
  return found;
}

TEST_CASE("after a kill exactly the unacknowledged messages are left", "[broker][journal]") {
  constexpr int kMessages = 12;
  const int acknowledged = GENERATE(0, 1, 5, 11, 12);
  const bool leased = GENERATE(true, false);
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  Child child([&](auto say) {
    SystemClock clock;
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders", kOptions);
    for (int i = 0; i < kMessages; ++i) {
      sync_wait(broker.send("orders", note(std::to_string(i))));
    }
    for (int i = 0; i < acknowledged; ++i) {
      sync_wait(broker.acknowledge(sync_wait(broker.receive("orders"))->tag));
    }
    if (leased) sync_wait(broker.receive("orders"));
    say('!');
  });
  child.hear();
  child.kill();

  SystemClock clock;
  InProcessBroker broker(clock, {path});
  std::map<std::string, std::uint32_t> expected;
  for (int i = acknowledged; i < kMessages; ++i) {
    expected[std::to_string(i)] = leased && i == acknowledged ? 2 : 1;
  }
  CHECK(drain(broker, "orders") == expected);
}

TEST_CASE("a kill at any moment loses nothing and revives nothing", "[broker][journal]") {
  constexpr std::size_t kMessages = 80;
  const int heard = GENERATE(1, 2, 17, 40, 41);
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  {
    SystemClock clock;
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders", kOptions);
    for (std::size_t i = 0; i < kMessages; ++i) {
      sync_wait(broker.send("orders", note(std::to_string(i))));
    }
  }
  Child child([&](auto say) {
    SystemClock clock;
    InProcessBroker broker(clock, {path});
    while (const auto delivery = sync_wait(broker.receive("orders"))) {
      sync_wait(broker.acknowledge(delivery->tag));
      say('a');
    }
  });
  for (int i = 0; i < heard; ++i) child.hear();
  const auto reported = static_cast<std::size_t>(heard) + child.kill();

  SystemClock clock;
  InProcessBroker broker(clock, {path});
  const auto left = drain(broker, "orders");
  // The kill may fall between an acknowledgement and its report, so one more may be gone.
  CHECK(left.size() <= kMessages - reported);
  CHECK(left.size() + 1 >= kMessages - reported);
  for (std::size_t i = kMessages - left.size(); i < kMessages; ++i) {
    CHECK(left.contains(std::to_string(i)));
  }
}

TEST_CASE("a publish is in all queues or in none after a kill", "[broker][journal]") {
  const int heard = GENERATE(1, 5, 15);
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  Child child([&](auto say) {
    SystemClock clock;
    InProcessBroker broker(clock, {path});
    for (const auto* queue : {"a", "b", "c"}) {
      broker.declare_queue(queue, kOptions);
      broker.subscribe("topic", queue);
    }
    for (int i = 0; i < 10'000; ++i) {
      sync_wait(broker.publish("topic", note(std::to_string(i))));
      say('p');
    }
  });
  for (int i = 0; i < heard; ++i) child.hear();
  const auto reported = static_cast<std::size_t>(heard) + child.kill();

  SystemClock clock;
  InProcessBroker broker(clock, {path});
  const auto in_a = drain(broker, "a");
  CHECK((in_a.size() == reported || in_a.size() == reported + 1));
  CHECK(drain(broker, "b") == in_a);
  CHECK(drain(broker, "c") == in_a);
}

TEST_CASE("a delivery that was its last before the kill is dead-lettered", "[broker][journal]") {
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  for (int crash = 1; crash <= 3; ++crash) {
    Child child([&](auto say) {
      SystemClock clock;
      InProcessBroker broker(clock, {path});
      broker.declare_queue("orders", kOptions);
      if (crash == 1) sync_wait(broker.send("orders", note("poison")));
      const auto delivery = sync_wait(broker.receive("orders"));
      say(static_cast<char>('0' + (delivery ? delivery->delivery_count : 0)));
    });
    CHECK(child.hear() == static_cast<char>('0' + crash));
  }
  SystemClock clock;
  InProcessBroker broker(clock, {path});
  CHECK(broker.messages("orders").empty());
  CHECK(drain(broker, "orders/dead-letter").contains("poison"));
}

TEST_CASE("a second broker on one journal gets one clear error", "[broker][journal]") {
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  SystemClock clock;
  const auto expect_refused = [&] {
    CHECK_THROWS_MATCHES(InProcessBroker(clock, {path}), Unavailable,
                         MessageMatches(ContainsSubstring("is in use by another broker")));
  };
  {
    InProcessBroker first(clock, {path});
    expect_refused();
    first.declare_queue("orders", kOptions);
    expect_refused();
    CHECK_NOTHROW(sync_wait(first.send("orders", note("m-1"))));
  }
  {
    Child other([&](auto say) {
      {
        InProcessBroker broker(clock, {path});
      }
      say('!');
    });
    other.hear();  // the broker of that process is closed, but the child still runs
    InProcessBroker again(clock, {path});
    CHECK(again.messages("orders").size() == 1);
  }
  Child other([&](auto say) {
    InProcessBroker broker(clock, {path});
    say('!');
    for (;;) ::pause();
  });
  other.hear();
  expect_refused();
  other.kill();
  CHECK_NOTHROW(InProcessBroker(clock, {path}));
}

TEST_CASE("a file that is no journal is refused and left alone", "[broker][journal]") {
  TemporaryFolder folder;
  SystemClock clock;
  const auto path = folder.path() / "notes.txt";
  const std::string text(5000, 'n');
  std::ofstream(path) << text;
  CHECK_THROWS_MATCHES(InProcessBroker(clock, {path}), InvalidRequest,
                       MessageMatches(ContainsSubstring("is no broker's journal")));
  std::string after;
  std::getline(std::ifstream(path), after);
  CHECK(after == text);
  const auto database = folder.path() / "other.db";  // an SQLite file of another application
  {
    InProcessBroker broker(clock, {database});
  }
  std::fstream(database, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(68)
      .write("Shop", 4);
  CHECK_THROWS_MATCHES(InProcessBroker(clock, {database}), InvalidRequest,
                       MessageMatches(ContainsSubstring("is no broker's journal")));
  CHECK_THROWS_MATCHES(InProcessBroker(clock, {folder.path() / "none" / "journal.db"}), Unavailable,
                       MessageMatches(ContainsSubstring("does its folder exist?")));
}

TEST_CASE("a full journal refuses a send and nothing was written", "[broker][journal]") {
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  SystemClock clock;
  std::size_t sent = 0;
  {
    InProcessBroker broker(clock, {path, 256 * 1024});
    for (const auto* queue : {"orders", "shop"}) {
      broker.declare_queue(queue, kOptions);
      broker.subscribe("topic", queue);
    }
    auto large = note("m");
    large.body.assign(20'000, 'x');
    for (; sent < 100; ++sent) {
      try {
        sync_wait(broker.publish("topic", large));
      } catch (const Unavailable& error) {
        CHECK_THAT(error.what(), ContainsSubstring("nothing was written"));
        break;
      }
    }
    CHECK(sent > 0);
    CHECK(sent < 100);
    CHECK(broker.messages("orders").size() == sent);  // memory is not ahead of the disk
    CHECK(broker.messages("shop").size() == sent);
    sync_wait(broker.acknowledge(sync_wait(broker.receive("orders"))->tag));
    sync_wait(broker.acknowledge(sync_wait(broker.receive("shop"))->tag));
    CHECK_NOTHROW(sync_wait(broker.publish("topic", large)));  // there is room again
  }
  InProcessBroker broker(clock, {path});
  CHECK(broker.messages("orders").size() == sent);
  CHECK(broker.messages("shop").size() == sent);
}

TEST_CASE("a commit that fails is an unknown outcome and the broker goes on", "[broker][journal]") {
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  // In a child, because the limit on file sizes applies to the whole process.
  Child child([&](auto say) {
    SystemClock clock;
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders", kOptions);
    sync_wait(broker.send("orders", note("before")));
    ::signal(SIGXFSZ, SIG_IGN);
    ::rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const auto unlimited = limit.rlim_cur;
    limit.rlim_cur = 64;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto outcome = [&](auto operation) {
      try {
        operation();
        return 's';
      } catch (const OutcomeUnknown&) {
        return 'u';
      } catch (const Error&) {
        return 'd';
      }
    };
    const auto send = [&] { sync_wait(broker.send("orders", note("during"))); };
    const auto receive = [&] { sync_wait(broker.receive("orders")); };
    const char first = outcome(send);
    const char second = outcome(receive);
    limit.rlim_cur = unlimited;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto views = broker.messages("orders");
    const bool as_before = views.size() == 1 && !views[0].leased && views[0].delivery_count == 0;
    sync_wait(broker.send("orders", note("after")));
    say(first);
    say(second);
    say(as_before ? 'y' : 'n');
  });
  CHECK(child.hear() == 'u');
  CHECK(child.hear() == 'd');  // the log could not be mended, so nothing was written
  CHECK(child.hear() == 'y');
  child.kill();
  SystemClock clock;
  InProcessBroker broker(clock, {path});
  CHECK(drain(broker, "orders") ==
        std::map<std::string, std::uint32_t>{{"before", 1}, {"after", 1}});
}

TEST_CASE("a restarted program may change a queue's options once", "[broker][journal]") {
  TemporaryFolder folder;
  const auto path = folder.path() / "journal.db";
  SimulatedClock clock;
  {
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders", kOptions);
    sync_wait(broker.send("orders", note("m-1")));
    sync_wait(broker.abandon(sync_wait(broker.receive("orders"))->tag));
  }
  {
    InProcessBroker broker(clock, {path});
    broker.declare_queue("orders", {milliseconds{5000}, 1});
    CHECK(broker.messages("orders").empty());  // it was delivered once, and the limit is now one
    CHECK(broker.messages("orders/dead-letter").size() == 1);
    CHECK_THROWS_AS(broker.declare_queue("orders", kOptions), InvalidRequest);
  }
  InProcessBroker broker(clock, {path});
  CHECK_NOTHROW(broker.declare_queue("orders", {milliseconds{5000}, 1}));
  CHECK(sync_wait(broker.redrive("orders")) == 1);
}

}  // namespace
}  // namespace workshop
