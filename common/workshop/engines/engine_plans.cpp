#include "workshop/engines/engine_plans.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <random>
#include <stdexcept>

#include "workshop/engines/loopback.hpp"
#include "workshop/process/environment.hpp"
#include "workshop/process/find_program.hpp"

namespace workshop::engines {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kAnswerMax{2};
constexpr std::string_view kHttpRequest = "GET / HTTP/1.0\r\n\r\n";

void write(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::trunc);
  file << text << std::flush;
  if (!file) throw std::runtime_error("cannot write " + path.string());
}

// --- RabbitMQ
// -------------------------------------------------------------------------------------

/// Erlang asks no name server, so that a machine whose own name does not resolve will do.
constexpr std::string_view kErlangNames =
    "{hosts_file, \"\"}.\n{host, {127,0,0,1}, [\"localhost\"]}.\n{lookup, [file]}.\n";

std::string rabbitmq_settings(int port) {
  return "listeners.tcp.1 = 127.0.0.1:" + std::to_string(port) +
         "\n"
         "disk_free_limit.absolute = 50MB\n"
         "raft.wal_max_size_bytes = 16777216\n"
         "log.console = true\n"
         "log.console.level = warning\n"
         "log.file = false\n";
}

/// The Erlang port mapper is a program of ours: one that Erlang starts by itself outlives it.
Plan rabbitmq_plan(const fs::path& folder, int port) {
  const auto file = [&](const char* name) { return (folder / name).string(); };
  write(file("inetrc"), kErlangNames);
  write(file("rabbitmq.conf"), rabbitmq_settings(port));
  write(file("enabled_plugins"), "[].\n");
  write(file("environment.conf"), "");
  const auto mapper = std::to_string(free_port());
  const process::Variables variables = {
      {"HOME", folder.string()},
      {"LANG", "C.UTF-8"},
      {"LC_ALL", "C.UTF-8"},
      {"ERL_EPMD_PORT", mapper},
      {"ERL_EPMD_ADDRESS", "127.0.0.1"},
      {"ERL_INETRC", file("inetrc")},
      {"RABBITMQ_NODENAME", "rabbit@localhost"},
      {"RABBITMQ_DIST_PORT", std::to_string(free_port())},
      {"RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")},
      {"RABBITMQ_CONF_ENV_FILE", file("environment.conf")},
      {"RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")},
      {"RABBITMQ_MNESIA_BASE", file("data")},
      {"RABBITMQ_LOG_BASE", file("logs")},
      {"RABBITMQ_GENERATED_CONFIG_DIR", file("generated")},
      {"RABBITMQ_PLUGINS_EXPAND_DIR", file("plugins")},
      {"RABBITMQ_PID_FILE", file("pid")},
      {"RABBITMQ_ALLOW_INPUT", "1"},  // no shell stays above the server
      {"RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
       "-noinput -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio "
       "none"}};
  Plan plan;
  plan.programs = {{{"epmd", "-port", mapper, "-address", "127.0.0.1"}, variables},
                   {{rabbitmq_program().string()}, variables}};
  plan.is_ready = [port] {
    return answers(port, std::string_view("AMQP\0\0\x09\x01", 8), kAnswerMax);
  };
  plan.address = "amqp://guest:guest@127.0.0.1:" + std::to_string(port);
  return plan;
}

// --- PostgreSQL
// -----------------------------------------------------------------------------------

bool has_postgresql(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / "postgres", error) && fs::exists(folder / "initdb", error) &&
         fs::exists(folder / "pg_isready", error);
}

/// The server refuses to run as root, so root runs it as the user that its package has made.
std::vector<std::string> as_user(std::vector<std::string> command) {
  if (::geteuid() != 0) return command;
  const std::vector<std::string> prefix = {"setpriv", "--reuid=postgres", "--regid=postgres",
                                           "--clear-groups"};
  command.insert(command.begin(), prefix.begin(), prefix.end());
  return command;
}

std::string random_password() {
  std::random_device source;
  std::string password;
  for (int i = 0; i < 32; ++i) password += "0123456789abcdef"[source() % 16];
  return password;
}

/// A new password for a new database; it stands in files of the folder, and nowhere else.
void write_password(const fs::path& folder) {
  const auto password = random_password();
  for (const auto* name : {"password", "passfile"}) {
    write(folder / name, "");
    fs::permissions(folder / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  write(folder / "password", password + "\n");
  write(folder / "passfile", "*:*:*:postgres:" + password + "\n");
}

Plan postgresql_plan(const fs::path& folder, int port) {
  const auto programs = postgresql_programs();
  const auto number = std::to_string(port);
  const auto data = (folder / "data").string();
  Plan plan;
  if (!fs::exists(folder / "passfile") || !fs::exists(folder / "data/PG_VERSION")) {
    fs::remove_all(data);  // of a preparation that was interrupted
    write_password(folder);
    if (::geteuid() == 0) {
      plan.preparations.push_back(
          {{"chown", "postgres:postgres", folder.string(), (folder / "password").string()}});
    }
    plan.preparations.push_back(
        {as_user({(programs / "initdb").string(), "--pgdata", data, "--username", "postgres",
                  "--auth", "scram-sha-256", "--pwfile", (folder / "password").string(),
                  "--encoding", "UTF8", "--no-locale", "--no-sync"})});
    plan.preparations.push_back({{"rm", "-f", (folder / "password").string()}});
  }
  plan.programs = {{as_user(
      {(programs / "postgres").string(), "-D", data, "-h", "127.0.0.1", "-p", number, "-k", ""})}};
  plan.is_ready = [programs, number] {
    return process::run({(programs / "pg_isready").string(), "--host", "127.0.0.1", "--port",
                         number, "--username", "postgres", "--timeout", "2"},
                        {}, {.time_max = std::chrono::seconds(5)})
        .succeeded();
  };
  plan.address = "host=127.0.0.1 port=" + number +
                 " user=postgres dbname=postgres passfile=" + (folder / "passfile").string();
  return plan;
}

// --- Servers of npm packages
// ----------------------------------------------------------------------

Plan dynamodb_plan(const Places& places, const fs::path& folder, int port) {
  const auto number = std::to_string(port);
  Plan plan;
  plan.programs = {
      {{"node", (places.node_modules / kDynalite).string(), "--host", "127.0.0.1", "--port", number,
        "--path", (folder / "data").string(), "--createTableMs", "0", "--deleteTableMs", "0"}}};
  plan.is_ready = [port] { return answers(port, kHttpRequest, kAnswerMax); };
  plan.address = "http://127.0.0.1:" + number;
  return plan;
}

Plan cosmos_plan(const Places& places, int port) {
  const auto number = std::to_string(port);
  Plan plan;
  plan.programs = {{{"node", (places.node_modules / kCosmosServer).string(), "--host", "127.0.0.1",
                     "--port", number}}};
  // It speaks TLS: to this it says that it does.
  plan.is_ready = [port] { return answers(port, kHttpRequest, kAnswerMax); };
  plan.address = "https://127.0.0.1:" + number;
  return plan;
}

}  // namespace

fs::path rabbitmq_program() {
  std::error_code error;
  // The one in PATH is a script of Debian's that wants to be root or rabbitmq.
  const fs::path debian = "/usr/lib/rabbitmq/bin/rabbitmq-server";
  if (process::find_program("epmd").empty()) return {};
  if (fs::exists(debian, error)) return debian;
  return process::find_program("rabbitmq-server");
}

fs::path postgresql_programs() {
  std::vector<fs::path> found;
  std::error_code error;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", error)) {
    if (has_postgresql(version.path() / "bin")) found.push_back(version.path() / "bin");
  }
  if (!found.empty()) return *std::max_element(found.begin(), found.end());
  for (const auto* folder : {"/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"}) {
    if (has_postgresql(folder)) return folder;
  }
  return {};
}

Plan plan_for(Engine engine, const Places& places, const fs::path& folder, int port) {
  switch (engine) {
    case Engine::rabbitmq:
      return rabbitmq_plan(folder, port);
    case Engine::postgresql:
      return postgresql_plan(folder, port);
    case Engine::dynamodb:
      return dynamodb_plan(places, folder, port);
    case Engine::cosmos:
      return cosmos_plan(places, port);
  }
  throw std::runtime_error("no such engine");
}

}  // namespace workshop::engines
