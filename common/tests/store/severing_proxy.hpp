#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workshop/process/temporary_folder.hpp"

namespace workshop::tests {

/// Stands between a client and a server that both use sockets of the file system, or both ports of
/// 127.0.0.1, and cuts the connection at a request. Thread-safe.
class SeveringProxy {
 public:
  enum class Cut {
    request,  ///< the server never sees it
    answer    ///< the server has done it, and the client never learns
  };

  /// `server`: the server's socket. `name`: what the proxy's own is called, in folder().
  SeveringProxy(std::string server, const std::string& name);
  /// `server`: the server's port.
  explicit SeveringProxy(int server);
  ~SeveringProxy();

  std::string folder() const { return folder_.path().string(); }
  /// Where it listens, when it was made with a port.
  int port() const;

  /// Cuts the next connection that sends bytes with `text` in them.
  void cut_at(std::string text, Cut cut);
  /// How many connections were cut.
  int cuts_count() const { return cuts_count_; }

 private:
  void accept_all();
  void forward(int client);
  bool is_cut(const std::string& bytes, Cut& cut);

  process::TemporaryFolder folder_;
  const std::function<int()> connect_;
  int listener_ = -1;
  std::atomic<bool> stopping_{false};
  std::atomic<int> cuts_count_{0};
  std::mutex mutex_;
  std::string text_;
  Cut cut_ = Cut::request;
  std::vector<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace workshop::tests
