#include "postgres_server.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace workshop::tests {
namespace {

namespace fs = std::filesystem;

/// The folder of the newest server's programs, which Debian does not put into PATH; or "".
fs::path programs() {
  const auto is_whole = [](const fs::path& folder) {
    return fs::exists(folder / "postgres") && fs::exists(folder / "initdb") &&
           fs::exists(folder / "pg_isready");
  };
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    if (is_whole(version.path() / "bin")) found.push_back(version.path() / "bin");
  }
  if (!found.empty()) return *std::max_element(found.begin(), found.end());
  for (const auto* folder : {"/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"}) {
    if (is_whole(folder)) return folder;
  }
  return {};
}

/// The server refuses to run as root, so root runs it as the user that its package has made.
std::vector<std::string> as_user(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  const std::vector<std::string> prefix = {"setpriv",        "--reuid=postgres", "--regid=postgres",
                                           "--clear-groups", "--pdeathsig",      "KILL"};
  command.insert(command.begin(), prefix.begin(), prefix.end());
  return command;
}

void run(const std::vector<std::string>& command) {
  const auto result = process::run(command, {}, {.time_max = std::chrono::seconds(60)});
  if (!result.succeeded()) {
    throw std::runtime_error(
        fmt::format("{}: {}\n{}", command.front(), describe_end(result), result.output));
  }
}

}  // namespace

std::string PostgresServer::missing() {
  if (!programs().empty()) return {};
  return "PostgreSQL's server is not installed: sudo apt install postgresql";
}

PostgresServer::PostgresServer() {
  const auto data = folder_.file("data");
  if (::geteuid() == 0) run({"chown", "postgres:postgres", folder_.path().string()});
  run(as_user({(programs() / "initdb").string(), "--pgdata", data, "--username", "postgres",
               "--auth", "trust", "--encoding", "UTF8", "--no-sync"}));
  start();
}

PostgresServer::~PostgresServer() { kill(); }

std::string PostgresServer::connection() const {
  return fmt::format("host={} user=postgres dbname=postgres", folder_.path().string());
}

std::string PostgresServer::socket() const { return folder_.file(".s.PGSQL.5432"); }

void PostgresServer::start() {
  server_ = std::make_unique<process::Program>(
      as_user({(programs() / "postgres").string(), "-D", folder_.file("data"), "-k",
               folder_.path().string(), "-c", "listen_addresses=", "-c", "deadlock_timeout=20ms"}));
  std::string said;
  for (int tries = 0; tries < 100; ++tries) {
    if (!server_->running()) {
      throw std::runtime_error("postgres does not start: " + server_->wait().output);
    }
    const auto ready = process::run({(programs() / "pg_isready").string(), "--host",
                                     folder_.path().string(), "--username", "postgres"});
    if (ready.succeeded()) return;
    said = describe_end(ready) + ", " + ready.output;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("postgres does not answer after 5 s: " + said);
}

void PostgresServer::kill() {
  if (server_) server_->kill();
  server_.reset();
  // Of the group only: a server that is killed leaves its lock, which names its process.
  std::error_code error;
  fs::remove(folder_.path() / "data/postmaster.pid", error);
  fs::remove(socket(), error);
  fs::remove(socket() + ".lock", error);
}

}  // namespace workshop::tests
