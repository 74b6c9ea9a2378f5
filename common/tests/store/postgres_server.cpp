#include "postgres_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

// libpqxx 6.4 does not free the result of a statement whose connection breaks: some 2 KB each time.
// What LeakSanitizer finds allocated inside it is not reported, so that what else leaks is.
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx\n"; }

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

std::string text_of(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<pid_t> children_of(pid_t parent) {
  std::istringstream ids(process::run({"pgrep", "-P", std::to_string(parent)}).output);
  return {std::istream_iterator<pid_t>(ids), {}};
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
  // Into a file: a pipe that nobody reads would be full after some messages, and hold the server.
  const auto log = folder_.file("log");
  const process::Descriptor log_file(
      ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  server_ = std::make_unique<process::Program>(
      as_user({(programs() / "postgres").string(), "-D", folder_.file("data"), "-k",
               folder_.path().string(), "-c", "listen_addresses=", "-c", "deadlock_timeout=20ms"}),
      process::Options{.output = process::Output::file, .output_file = log_file.number()});
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  std::string said;
  while (std::chrono::steady_clock::now() < deadline) {
    if (!server_->running()) throw std::runtime_error("postgres does not start: " + text_of(log));
    const auto ready = process::run({(programs() / "pg_isready").string(), "--host",
                                     folder_.path().string(), "--username", "postgres"});
    if (ready.succeeded()) return;
    said = describe_end(ready) + ", " + ready.output;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  throw std::runtime_error("postgres does not answer after 60 s: " + said + text_of(log));
}

void PostgresServer::kill() {
  const auto children = server_ ? children_of(server_->id()) : std::vector<pid_t>();
  if (server_) server_->kill();
  server_.reset();
  // Each has a group of its own, and answers for a moment after its server's death.
  for (const auto child : children) ::kill(child, SIGKILL);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (const auto child : children) {
    while (::kill(child, 0) == 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  // Of the group only: a server that is killed leaves its lock, which names its process.
  std::error_code error;
  fs::remove(folder_.path() / "data/postmaster.pid", error);
  fs::remove(socket(), error);
  fs::remove(socket() + ".lock", error);
}

}  // namespace workshop::tests
