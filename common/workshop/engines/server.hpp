#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "workshop/engines/engine.hpp"
#include "workshop/engines/engine_plans.hpp"
#include "workshop/process/program.hpp"

namespace workshop::engines {

/// A server of our own on 127.0.0.1, at a port that was free. It ends with this object, and with
/// the thread that started it, unless it is released. Not thread-safe.
class Server {
 public:
  /// When it ends.
  enum class Life {
    this_object,  ///< also when this process is killed, where the system has such a thing
    released      ///< until somebody ends it: `release` will be called
  };

  /// Starts it with its data in `folder`, which is created, or continued with, and waits until it
  /// answers. Throws std::runtime_error, with the end of what the server said, when it is missing,
  /// ends, or does not answer within `time_max`.
  Server(Engine engine, Places places, std::filesystem::path folder, Life life = Life::this_object,
         std::chrono::seconds time_max = std::chrono::seconds(240));
  ~Server();

  /// Of 127.0.0.1, where it listens.
  int port() const noexcept { return port_; }
  /// How the library's options name it: a URL, or a connection string. No secret of anybody's: a
  /// password stands in a file that it names.
  const std::string& address() const noexcept { return plan_.address; }

  /// Ends it as a loss of power does, but for what is on its way to the disk.
  void kill();
  /// Starts it again after `kill`, at the same port, and waits until it answers; throws as the
  /// constructor does.
  void start();

  /// Its processes: the server last.
  std::vector<pid_t> ids() const;
  /// Lets it live on, and knows it no more.
  void release();

 private:
  void prepare();
  bool is_started(std::chrono::steady_clock::time_point until);
  std::string words_from(std::uintmax_t place) const;
  std::string last_words() const;

  Engine engine_;
  std::filesystem::path folder_;
  Life life_;
  std::chrono::seconds time_max_;
  int port_;
  Plan plan_;
  std::vector<std::unique_ptr<process::Program>> programs_;
};

}  // namespace workshop::engines
