#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "workshop/engines/engine.hpp"
#include "workshop/process/program.hpp"

namespace workshop::engines {

/// The files of npm packages, below node_modules, and what installs them.
inline constexpr std::string_view kDynalite = "dynalite/cli.js";
inline constexpr std::string_view kDynalitePackage = "dynalite@4.0.0";
inline constexpr std::string_view kCosmosServer = "@vercel/cosmosdb-server/lib/cli.js";
inline constexpr std::string_view kCosmosServerPackage = "@vercel/cosmosdb-server@1.0.1";

/// The server's own program; "" when it is not here.
std::filesystem::path rabbitmq_program();
/// The folder of the newest PostgreSQL's programs, which Debian does not put into PATH; or "".
std::filesystem::path postgresql_programs();

/// A program and what surrounds it.
struct Start {
  std::vector<std::string> command;     ///< the program, and its arguments
  process::Variables environment = {};  ///< set on top of the caller's
};

/// How a server is prepared and started in a folder.
struct Plan {
  std::vector<Start> preparations;  ///< each runs to its end
  std::vector<Start> programs;      ///< in this order; the last one is the server
  /// Whether it answers; takes at most a few seconds.
  std::function<bool()> is_ready;
  std::string address;  ///< how the library's options name it
};

/// Writes what the server needs into `folder`, which exists, and says how to start it there, so
/// that it listens at `port` of 127.0.0.1 alone. Throws std::runtime_error when a file cannot be
/// written.
Plan plan_for(Engine engine, const Places& places, const std::filesystem::path& folder, int port);

}  // namespace workshop::engines
