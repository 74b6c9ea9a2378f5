#include <fmt/core.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "workshop/engines/running.hpp"
#include "workshop/protocol/exit_codes.hpp"
#include "workshop/runner/commands/more/more_commands.hpp"

namespace workshop::runner {
namespace {

namespace fs = std::filesystem;
using engines::Engine;

struct EnginesOptions {
  std::string action;
  std::vector<std::string> names;  ///< empty: all
};

/// Their data, what they say, and who they are; ignored by git.
fs::path engines_folder(const Project& project) { return project.root() / ".engines"; }

fs::path engine_folder(const Project& project, Engine engine) {
  return engines_folder(project) / std::string(engines::name_of(engine));
}

/// The variable that names it to programs of one's own.
std::string_view variable_of(Engine engine) {
  switch (engine) {
    case Engine::rabbitmq:
      return "WORKSHOP_RABBITMQ";
    case Engine::postgresql:
      return "WORKSHOP_POSTGRESQL";
    case Engine::dynamodb:
      return "WORKSHOP_DYNAMODB";
    case Engine::cosmos:
      return "WORKSHOP_COSMOS";
  }
  return "";
}

std::vector<Engine> chosen_engines(const EnginesOptions& options) {
  if (options.names.empty()) return {engines::kEngines.begin(), engines::kEngines.end()};
  std::vector<Engine> chosen;
  for (const auto& name : options.names) {
    const auto engine = engines::engine_named(name);
    if (!engine) {
      throw UserError(fmt::format(
          "no engine is called {}: there are rabbitmq, postgresql, dynamodb and cosmos", name));
    }
    chosen.push_back(*engine);
  }
  return chosen;
}

void engine_line(Console& console, Engine engine, const std::string& state,
                 const std::string& rest) {
  console.line(fmt::format("{}  {:<11} {}", state, engines::name_of(engine), rest));
}

/// What programs of one's own read. Only its owner may: a connection string may name a secret.
void write_environment(const Project& project) {
  const auto path = engines_folder(project) / "environment";
  std::ofstream file(path, std::ios::trunc);
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
  for (const auto engine : engines::kEngines) {
    const auto running = engines::running_in(engine_folder(project, engine));
    if (running) file << "export " << variable_of(engine) << "='" << running->address << "'\n";
  }
  file << std::flush;
  if (!file) throw UserError(project.shown(path) + " cannot be written");
}

/// Returns whether it runs.
bool engine_up(const Project& project, Console& console, Engine engine) {
  const auto folder = engine_folder(project, engine);
  if (const auto running = engines::running_in(folder)) {
    engine_line(console, engine, console.green("up     "),
                fmt::format("127.0.0.1:{}, as before", running->port));
    return true;
  }
  const engines::Places places{project.root() / ".cache" / "engines" / "node_modules"};
  if (const auto why = engines::missing(engine, places); !why.empty()) {
    engine_line(console, engine, console.yellow("missing"), why);
    return false;
  }
  try {
    engines::Server server(engine, places, folder, engines::Server::Life::released);
    const auto running = engines::release_into(folder, server);
    engine_line(console, engine, console.green("up     "),
                fmt::format("127.0.0.1:{}", running.port));
    return true;
  } catch (const std::exception& error) {
    engine_line(console, engine, console.red("failed "),
                fmt::format("{} (see {})", error.what(), project.shown(folder / "log")));
    return false;
  }
}

bool engine_down(const Project& project, Console& console, Engine engine) {
  const auto folder = engine_folder(project, engine);
  const auto running = engines::running_in(folder);
  if (!running) {
    engine_line(console, engine, "down   ", "it did not run");
    return true;
  }
  const bool ended = engines::stop(engine, folder, *running);
  engine_line(console, engine, ended ? "down   " : console.red("failed "),
              ended ? "its data stays" : "its processes do not end");
  return ended;
}

bool engine_status(const Project& project, Console& console, Engine engine) {
  const auto running = engines::running_in(engine_folder(project, engine));
  engine_line(console, engine, running ? console.green("up     ") : "down   ",
              running ? fmt::format("127.0.0.1:{}", running->port) : "");
  return true;
}

int run_engines(Workspace& workspace, const EnginesOptions& options) {
  const auto& project = workspace.project();
  auto& console = workspace.console();
  const auto chosen = chosen_engines(options);
  fs::create_directories(engines_folder(project));
  const auto act = options.action == "up"     ? engine_up
                   : options.action == "down" ? engine_down
                                              : engine_status;
  bool all_good = true;
  bool any_good = false;
  for (const auto engine : chosen) {
    const bool good = act(project, console, engine);
    all_good = all_good && good;
    any_good = any_good || good;
  }
  write_environment(project);
  if (options.action == "up" && any_good) {
    console.line();
    console.line("Tell your programs where they are: . " +
                 project.shown(engines_folder(project) / "environment"));
  }
  return all_good ? protocol::kExitGood : protocol::kExitRed;
}

Action add_engines(CLI::App& app) {
  auto options = std::make_shared<EnginesOptions>();
  app.add_option("action", options->action, "up, down or status")
      ->required()
      ->check(CLI::IsMember({"up", "down", "status"}));
  app.add_option("engines", options->names,
                 "Which: rabbitmq, postgresql, dynamodb, cosmos (all that are installed)");
  return [options](Workspace& workspace) { return run_engines(workspace, *options); };
}

}  // namespace

constexpr Command kEnginesCommand = kEnginesWords.done_by(add_engines);

}  // namespace workshop::runner
