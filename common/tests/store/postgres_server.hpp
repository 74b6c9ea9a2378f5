#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "workshop/process/program.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::tests {

/// A PostgreSQL server of our own, in a temporary folder, reached by a socket in it: no port is
/// taken. It ends with this object. Not thread-safe.
class PostgresServer {
 public:
  /// Throws std::runtime_error when it is installed and does not start.
  PostgresServer();
  ~PostgresServer();

  /// Why there is none on this machine, and the command that mends it; "" when there is one.
  static std::string missing();

  /// How libpq reaches it.
  std::string connection() const;
  /// Where it listens.
  std::string socket() const;

  /// Ends it as a loss of power does, but for what is on its way to the disk; and starts it again.
  void kill();
  void start();

 private:
  process::TemporaryFolder folder_{process::TemporaryFolder::Place::disk};
  std::unique_ptr<process::Program> server_;
};

}  // namespace workshop::tests
