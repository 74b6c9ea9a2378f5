#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "workshop/engines/server.hpp"
#include "workshop/live_shop/options.hpp"

namespace workshop::live_shop {

/// The servers that a run needs: those that the environment names are somebody's, and are only
/// used; the others are started here, and end with this object. It sets the variables by which
/// services find them. Not thread-safe; servers die with the thread that made it.
class Servers {
 public:
  /// Throws std::runtime_error, in a sentence that names the mend, when one is missing or does not
  /// start.
  Servers(const Options& options, const std::filesystem::path& folder);

  /// Those that may be killed: they were started here.
  std::size_t killable_count() const { return servers_.size(); }
  /// Kills one and starts it again; blocks until it answers.
  void kill_and_start(std::size_t index);
  /// "rabbitmq on 127.0.0.1:40713, started for this run": a line each, for people; no secret.
  const std::vector<std::string>& in_words() const { return words_; }

 private:
  void need(engines::Engine engine, const char* variable, const Options& options,
            const std::filesystem::path& folder);

  std::vector<std::unique_ptr<engines::Server>> servers_;
  std::vector<std::string> words_;
};

}  // namespace workshop::live_shop
