#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "workshop/engines/engine.hpp"
#include "workshop/engines/server.hpp"

namespace workshop::engines {

/// A server that was released, as the file `running` in its folder tells of it: nothing of another
/// process is taken for it, not even when that has got its number.
struct Running {
  /// A process, so told that another one with its number is not taken for it.
  struct Process {
    pid_t id = -1;            ///< its number
    std::uint64_t begun = 0;  ///< when, in the system's ticks; 0 where that cannot be learned
  };
  int port = 0;                    ///< of 127.0.0.1
  std::string address;             ///< as Server::address
  std::vector<Process> processes;  ///< the server last
};

/// Whether the very process still runs; one that has ended and that nobody has waited for does not.
bool is_alive(const Running::Process& process);

/// What runs in a folder; nothing when there is no such file, or its server has ended.
std::optional<Running> running_in(const std::filesystem::path& folder);

/// Releases the server and writes the file. Throws std::runtime_error when it cannot be written,
/// and then the server ends with its object.
Running release_into(const std::filesystem::path& folder, Server& server);

/// Asks its processes to end, kills what has not after `grace`, and removes the file. False when
/// something is left all the same.
bool stop(Engine engine, const std::filesystem::path& folder, const Running& running,
          std::chrono::milliseconds grace = std::chrono::seconds(15));

}  // namespace workshop::engines
