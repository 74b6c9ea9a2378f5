// The running shop on the embedded engines: solutions keep their promise, mistakes do not, and
// nothing stays behind.
#include <signal.h>  // kill

#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "live_shop/shop_program.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::tests {
namespace {

using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

constexpr const char* kSolution = "lab12_shop_solution";

TEST_CASE("a shop with each solution keeps its promise whatever its operations meet") {
  for (const auto* program : {kSolution, "lab13_shop_solution", "lab14_shop_solution"}) {
    const auto run = run_shop(program, {"--orders", "300", "--chaos", "0.05", "--seed", "7"});
    INFO(program << "\n" << run.output);
    CHECK(run.succeeded());
    CHECK_THAT(run.output, ContainsSubstring("0 lost, 0 doubled, 0 untrue, 0 left over"));
  }
}

TEST_CASE("a shop that is killed 100 times keeps its promise") {
  const auto run = run_shop(kSolution, {"--orders", "1000", "--kills", "100", "--seed", "3"});
  INFO(run.output);
  CHECK(run.succeeded());
  CHECK_THAT(run.output, ContainsSubstring("services 100 times"));
}

/// A mistake, and what the audit says of it.
struct Caught {
  const char* program;
  const char* words;
};

TEST_CASE("the audit of a shop with a mistake does not hold, and says what is wrong") {
  const std::vector<Caught> mistakes = {
      {"lab12_shop_mistake_decided_again", "orders have too many coins"},
      {"lab12_shop_mistake_outbox_cleared_first", "payments earned points more than once"},
      {"lab12_shop_mistake_duplicate_just_acknowledged", "orders keep an outbox entry"},
      {"lab13_shop_mistake_record_kept", "documents of the kind OutboxRecord are left"},
      {"lab13_shop_mistake_sent_before_saved", "the warehouse was told of too many coins"},
      {"lab14_shop_mistake_tokens_not_stored", "documents of the kind Token are left"},
      {"lab14_shop_mistake_created_after_dispatch", "payments earned no points"},
      {"lab12_shop", "orders keep an outbox entry"}};
  for (const auto& [program, words] : mistakes) {
    const auto run = run_shop(program, {"--orders", "400", "--chaos", "0.05", "--seed", "7"});
    INFO(program << "\n" << run.output);
    CHECK(run.exit_code == 1);
    CHECK_THAT(run.output, ContainsSubstring(words));
    CHECK_THAT(run.output, ContainsSubstring("It does not hold"));
  }
}

TEST_CASE("the audit of a shop with a mistake that is killed does not hold") {
  for (const auto* program :
       {"lab12_shop_mistake_decided_again", "lab12_shop_mistake_outbox_cleared_first",
        "lab12_shop_mistake_duplicate_just_acknowledged", "lab13_shop_mistake_record_kept",
        "lab13_shop_mistake_sent_before_saved", "lab14_shop_mistake_tokens_not_stored"}) {
    const auto run = run_shop(program, {"--orders", "400", "--kills", "40", "--seed", "7"});
    INFO(program << "\n" << run.output);
    CHECK(run.exit_code == 1);
  }
}

void wait_until(const std::function<bool()>& holds) {
  bool held = holds();  // asked once: what holds now may be over a moment later
  for (int tries = 0; tries < 6'000 && !held; ++tries) {
    std::this_thread::sleep_for(10ms);
    held = holds();
  }
  CHECK(held);
}

TEST_CASE("a shop that waits for a processor while it starts a service kills it all the same") {
  process::Program shop(shop_command(
      kSolution, {"--orders", "200", "--kills", "40", "--seed", "3", "--patience", "10"}));
  REQUIRE(shop.start_error().empty());
  // The shop alone stands still; its services go on meanwhile. Nobody else waits for it yet, so the
  // id stays its own.
  for (int times = 0; times < 80; ++times) {
    ::kill(shop.id(), SIGSTOP);
    std::this_thread::sleep_for(60ms);
    ::kill(shop.id(), SIGCONT);
    std::this_thread::sleep_for(2ms);
  }
  const auto result = shop.wait({.time_max = 2min});
  INFO(result.output);
  CHECK(result.succeeded());
  CHECK_THAT(result.output, ContainsSubstring("services 40 times"));
}

/// What runs on when a shop with services has met the signal, and how it ended.
process::Result after_signal(int signal, process::TemporaryFolder& folder) {
  const auto data = (folder.path() / "data").string();
  process::Program shop(
      shop_command(kSolution, {"--orders", "100000", "--kills", "100000", "--folder", data}));
  REQUIRE(shop.start_error().empty());
  wait_until([&] { return !services_with(data).empty(); });
  // The program alone: not its group, as a terminal or a task manager would.
  REQUIRE(::kill(shop.id(), signal) == 0);
  auto result = shop.wait({.time_max = 2min});
  wait_until([&] { return running_with(data).empty(); });
  return result;
}

TEST_CASE("a shop that is interrupted says so, and leaves nothing running") {
  process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  const auto result = after_signal(SIGINT, folder);
  CHECK(result.exit_code == 130);
  CHECK_THAT(result.output, ContainsSubstring("Interrupted"));
  CHECK(result.duration < 20s);
}

TEST_CASE("a shop that is killed takes its services along") {
  process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  CHECK(after_signal(SIGKILL, folder).signal == SIGKILL);
}

TEST_CASE("a shop whose handler never ends is given up, and leaves nothing") {
  process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  const auto run =
      process::run(shop_command("lab12_shop_endless", {"--orders", "300", "--patience", "5"}),
                   {.environment = {{"TMPDIR", folder.path().string()}}}, {.time_max = 2min});
  INFO(run.output);
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.output, ContainsSubstring("for 5 s nothing has got any further"));
  CHECK_THAT(run.output, ContainsSubstring("have not ended: ") && ContainsSubstring("of payments"));
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a shop whose service stands still is given up, and nothing runs on") {
  process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  const auto data = (folder.path() / "data").string();
  process::Program shop(shop_command(
      kSolution, {"--orders", "100000", "--kills", "1", "--patience", "3", "--folder", data}));
  REQUIRE(shop.start_error().empty());
  wait_until([&] { return !services_with(data).empty(); });
  int stopped = 0;
  std::atomic<bool> has_ended{false};
  std::thread stopper([&] {  // whoever is started again after its kill, too
    while (!has_ended) {
      for (const auto id : services_with(data)) {
        if (::kill(id, SIGSTOP) == 0) ++stopped;
      }
      std::this_thread::sleep_for(20ms);
    }
  });
  const auto result = shop.wait({.time_max = 2min});
  has_ended = true;
  stopper.join();
  INFO(result.output);
  CHECK(stopped > 0);
  CHECK(result.exit_code == 2);
  CHECK_THAT(result.output, ContainsSubstring("for 3 s nothing has got any further"));
  wait_until([&] { return running_with(data).empty(); });
}

TEST_CASE("what cannot be meant is refused in a sentence") {
  for (const auto& words : std::vector<std::vector<std::string>>{{"--orders", "0"},
                                                                 {"--chaos", "2"},
                                                                 {"--store", "oracle"},
                                                                 {"--folder", "/proc/shop"},
                                                                 {"--folder", "/"}}) {
    const auto run = run_shop(kSolution, words);
    INFO(run.output);
    CHECK(run.exit_code == 2);
    CHECK_THAT(run.output, ContainsSubstring(words.back()) || ContainsSubstring(words.front()));
  }
}

// For maintainers: docs/shop.md has its figures.
TEST_CASE("1,000 kills over the embedded engines", "[.long]") {
  const auto run = run_shop(
      kSolution, {"--orders", "10000", "--kills", "1000", "--chaos", "0.01", "--seed", "7"});
  WARN(run.output);
  CHECK(run.succeeded());
}

TEST_CASE("10,000 orders on a quiet machine take five seconds at most", "[.long]") {
  const auto run = run_shop(kSolution, {});
  WARN(run.output);
  CHECK(run.succeeded());
  CHECK(run.duration < 5s);
}

}  // namespace
}  // namespace workshop::tests
