#include "workshop/engines/engine.hpp"

#include <unistd.h>

#include "workshop/engines/engine_plans.hpp"
#include "workshop/process/find_program.hpp"

namespace workshop::engines {
namespace {

namespace fs = std::filesystem;

std::string missing_package(const Places& places, std::string_view file, std::string_view package) {
  if (process::find_program("node").empty())
    return "Node.js is not installed: sudo apt install nodejs npm";
  std::error_code error;
  if (fs::exists(places.node_modules / file, error)) return {};
  return std::string(package) + " is not installed: scripts/setup --engines";
}

}  // namespace

std::string_view name_of(Engine engine) noexcept {
  switch (engine) {
    case Engine::rabbitmq:
      return "rabbitmq";
    case Engine::postgresql:
      return "postgresql";
    case Engine::dynamodb:
      return "dynamodb";
    case Engine::cosmos:
      return "cosmos";
  }
  return "";
}

std::optional<Engine> engine_named(std::string_view name) noexcept {
  for (const auto engine : kEngines) {
    if (name_of(engine) == name) return engine;
  }
  return std::nullopt;
}

std::string missing(Engine engine, const Places& places) {
  switch (engine) {
    case Engine::rabbitmq:
      return rabbitmq_program().empty()
                 ? "RabbitMQ's server is not installed: sudo apt install rabbitmq-server"
                 : "";
    case Engine::postgresql:
      if (postgresql_programs().empty()) {
        return "PostgreSQL's server is not installed: sudo apt install postgresql";
      }
      if (::geteuid() == 0 && process::find_program("setpriv").empty()) {
        return "PostgreSQL refuses to run as root, and setpriv is not here to be somebody else: "
               "sudo apt install util-linux";
      }
      return "";
    case Engine::dynamodb:
      return missing_package(places, kDynalite, kDynalitePackage);
    case Engine::cosmos:
      return missing_package(places, kCosmosServer, kCosmosServerPackage);
  }
  return "";
}

}  // namespace workshop::engines
