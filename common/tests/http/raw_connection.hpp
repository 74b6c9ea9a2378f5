#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace workshop::tests {

/// A connection on this machine over which bytes go as they are. What blocks for 30 seconds fails.
class RawConnection {
 public:
  /// To a server. Throws std::runtime_error when it is not taken.
  explicit RawConnection(std::uint16_t port);
  /// Owns a socket that is connected.
  explicit RawConnection(int socket);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  /// False when the other side no longer takes them.
  bool send(std::string_view bytes);
  /// Tells the other side that no more bytes come.
  void end_sending();
  /// The next bytes, as many as there are; empty when the other side has closed the connection.
  std::string receive();
  /// All until the other side closes the connection.
  std::string receive_all();

 private:
  int socket_;
};

/// Sends bytes to a server on this machine, and returns all that it answers until it closes the
/// connection. `all_taken` tells whether the server took all bytes.
std::string raw_exchange(std::uint16_t port, const std::string& bytes, bool* all_taken = nullptr);

/// The same for bytes that may be no whole request: tells the server that no more come, and returns
/// its answer without the interim one (100 Continue).
std::string last_exchange(std::uint16_t port, const std::string& bytes);

/// A server that answers with any bytes. It reads the header of each request, answers, and closes
/// the connection; the body it leaves unread, so that with a body the connection is reset.
/// Connections are served one after the other.
class RawServer {
 public:
  using Serve = std::function<void(const std::string& header, RawConnection& connection)>;

  explicit RawServer(std::function<std::string(const std::string& header)> answer);
  explicit RawServer(Serve serve);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string authority() const;
  int connections_count() const { return connections_count_; }

 private:
  void run();

  Serve serve_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_count_ = 0;
  std::thread thread_;
};

}  // namespace workshop::tests
