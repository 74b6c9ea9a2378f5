#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "workshop/engines/loopback.hpp"
#include "workshop/engines/running.hpp"
#include "workshop/engines/server.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::tests {
namespace {

using namespace std::chrono_literals;
using namespace workshop::engines;
using Catch::Matchers::ContainsSubstring;

const Places kPlaces{WORKSHOP_ENGINE_MODULES};
constexpr const char* kRequest = "GET / HTTP/1.0\r\n\r\n";

TEST_CASE("an engine that is missing is told with the command that installs it") {
  const Places nowhere{"/nonexistent/node_modules"};
  CHECK_THAT(missing(Engine::dynamodb, nowhere), ContainsSubstring("install"));
  CHECK_THAT(missing(Engine::cosmos, nowhere), ContainsSubstring("install"));
  const process::TemporaryFolder folder;
  CHECK_THROWS_AS(Server(Engine::dynamodb, nowhere, folder.path()), std::runtime_error);
}

TEST_CASE("engines are found by their names") {
  for (const auto engine : kEngines) CHECK(engine_named(name_of(engine)) == engine);
  CHECK(!engine_named("oracle"));
}

TEST_CASE("a port that is free is nobody's, and nobody answers there") {
  CHECK(!answers(free_port(), {}, 200ms));
}

TEST_CASE("a process that has another one's number is not taken for it") {
  const process::TemporaryFolder folder;
  process::Program program({"sleep", "60"});
  REQUIRE(program.start_error().empty());
  const auto write = [&](std::uint64_t begun) {
    std::ofstream file(folder.path() / "running");
    file << "1\nnowhere\n" << program.id() << ' ' << begun << '\n';
  };
  write(1);
  const auto is_known = [&] { return running_in(folder.path()).has_value(); };
  if (std::ifstream("/proc/self/stat").good()) CHECK(!is_known());
  CHECK(program.running());
  std::ofstream(folder.path() / "running") << "no port";
  CHECK(!is_known());
}

std::optional<Running> running_of(const process::TemporaryFolder& folder) {
  return running_in(folder.path());
}

TEST_CASE("a server that is released lives on, is found again, and ends when it is stopped") {
  if (const auto why = missing(Engine::dynamodb, kPlaces); !why.empty()) SKIP(why);
  const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  int port = 0;
  {
    Server server(Engine::dynamodb, kPlaces, folder.path(), Server::Life::released);
    port = server.port();
    CHECK(!running_of(folder));
    release_into(folder.path(), server);
  }
  CHECK(answers(port, kRequest, 2s));
  const auto running = running_of(folder);
  REQUIRE(running);
  CHECK(running->port == port);
  CHECK(stop(Engine::dynamodb, folder.path(), *running));
  CHECK(!running_of(folder));
  int tries = 0;
  while (answers(port, {}, 200ms) && ++tries < 6'000) std::this_thread::sleep_for(10ms);
  CHECK(tries < 6'000);
}

/// A process that `parent` has started.
pid_t child_of(pid_t parent) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stat(entry.path() / "stat");
    std::string id, name, state;
    pid_t its_parent = 0;
    if (stat >> id >> name >> state >> its_parent && its_parent == parent) return std::stoi(id);
  }
  return -1;
}

TEST_CASE("a server that is killed is started again when its processes have seen that") {
  if (const auto why = missing(Engine::postgresql, kPlaces); !why.empty()) SKIP(why);
  const process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
  Server server(Engine::postgresql, kPlaces, folder.path());
  const auto child = child_of(server.ids().back());
  if (child < 0) SKIP("this system does not say which processes a server has started");
  REQUIRE(::kill(child, SIGSTOP) == 0);
  server.kill();
  std::jthread later([child] {
    std::this_thread::sleep_for(1s);
    ::kill(child, SIGCONT);
  });
  server.start();
  CHECK(answers(server.port(), {}, 2s));
}

/// An engine that is this script.
std::string failure_of_script(const std::string& script) {
  const process::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "node_modules/dynalite");
  std::ofstream(folder.path() / "node_modules/dynalite/cli.js") << script;
  const Places places{folder.path() / "node_modules"};
  if (const auto why = missing(Engine::dynamodb, places); !why.empty()) SKIP(why);
  try {
    const Server server(Engine::dynamodb, places, folder.path() / "data", Server::Life::this_object,
                        3s);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a server that ends at once, or never answers, is told with its last words") {
  CHECK_THAT(failure_of_script("console.error('no room'); process.exit(3)"),
             ContainsSubstring("dynamodb does not start") && ContainsSubstring("no room"));
  CHECK_THAT(failure_of_script("console.error('thinking'); setInterval(() => 0, 1000)"),
             ContainsSubstring("does not answer within 3 s") && ContainsSubstring("thinking"));
}

}  // namespace
}  // namespace workshop::tests
