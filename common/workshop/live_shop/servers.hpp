#pragma once

#include <memory>
#include <string>
#include <vector>

#include "workshop/engines/server.hpp"
#include "workshop/live_shop/options.hpp"
#include "workshop/process/temporary_folder.hpp"

namespace workshop::live_shop {

/// The servers that a run needs: those that the environment names are somebody's, and are only
/// used; the others are started here, and end, with their data, with this object. It sets the
/// variables by which services find them. Not thread-safe; servers die with the thread that made
/// it.
class Servers {
 public:
  /// Throws std::runtime_error, in a sentence that names the mend, when one is missing or does not
  /// start.
  explicit Servers(const Options& options);

  /// Those that may be killed: they were started here, and keep what they are given on the disk.
  std::size_t killable_count() const { return servers_.size(); }
  /// Kills one and starts it again; blocks until it answers.
  void kill_and_start(std::size_t index);
  /// "rabbitmq on 127.0.0.1:40713, started for this run": a line each, for people; no secret.
  const std::vector<std::string>& in_words() const { return words_; }

 private:
  /// Each in a folder of its own: PostgreSQL runs as another user, who may not look into ours.
  struct Started {
    process::TemporaryFolder folder{process::TemporaryFolder::Place::disk};
    std::unique_ptr<engines::Server> server;
  };

  void need(engines::Engine engine, const char* variable, const Options& options);

  std::vector<std::unique_ptr<Started>> servers_;    // those that may be killed
  std::vector<std::unique_ptr<Started>> forgetful_;  // those that may not
  std::vector<std::string> words_;
};

}  // namespace workshop::live_shop
