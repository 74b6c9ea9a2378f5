#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>

namespace workshop::tests {

/// Sends bytes, as they are, to a server on this machine, and returns all that it answers until it
/// closes the connection. `all_taken` tells whether the server took all bytes.
std::string raw_exchange(std::uint16_t port, const std::string& bytes, bool* all_taken = nullptr);

/// A server that answers with any bytes. It reads the header of each request, sends what `answer`
/// returns, and closes the connection; the body it leaves unread, so that with a body the
/// connection is reset. Connections are served one after the other.
class RawServer {
 public:
  explicit RawServer(std::function<std::string(const std::string& header)> answer);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string authority() const;
  int connections_count() const { return connections_count_; }

 private:
  void run();

  std::function<std::string(const std::string&)> answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_count_ = 0;
  std::thread thread_;
};

}  // namespace workshop::tests
